using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp;

/// <summary>The forms of TR-069: what the console needs to know of a device, and what can be asked of it.</summary>
internal static class CwmpModuleDescriptor
{
    public const string Id = "cwmp";

    // Settings.
    public const string Authentication = "authentication";
    public const string SessionTimeout = "sessionTimeout";
    public const string ConnectionRequestUrl = "connectionRequestUrl";
    public const string CallsFrom = "callsFrom";
    public const string Root = "root";
    public const string Gateway = NeighbourUse.Setting;
    public const string RequestAuthentication = "connectionRequestAuthentication";
    public const string RequestCertificate = "connectionRequestCertificate";
    public const string UdpAddress = "udpConnectionRequestAddress";
    public const string JabberId = "connReqJabberId";
    public const string DigestAlgorithm = "digestAlgorithm";
    public const string DigestQop = "digestQop";
    public const string Own = "ownCredentials";
    public const string AcceptFirst = "acceptFirstCredentials";
    public const string UseXmpp = "useXmpp";
    public const string AliasBased = "aliasBasedAddressing";

    // Choices of RequestAuthentication and RequestCertificate.
    public const string RequestDigest = "digest";
    public const string RequestBasic = "basic";
    public const string TrustedCertificate = "trusted";
    public const string AnyCertificate = "any";

    // Choices of DigestAlgorithm and DigestQop.
    public const string Md5 = "MD5";
    public const string QopAuth = "auth";
    public const string QopNone = "none";

    // Choices of Authentication.
    public const string DigestOrBasic = "digest-or-basic";
    public const string DigestOnly = "digest";
    public const string BasicOnly = "basic";
    public const string CertificateOnly = "certificate";
    public const string NoAuthentication = "none";

    // Credentials.
    public const string UserName = "username";
    public const string Password = "password";
    public const string RequestUserName = "connectionRequestUsername";
    public const string RequestPassword = "connectionRequestPassword";
    public const string XmppPassword = "xmppPassword";

    public static ProtocolDescriptor Create() => new(
        Id,
        "TR-069",
        "Manages gateways and other CPE over TR-069 (CWMP): the device calls this ACS and is asked in its session.",
        new PathSyntax("parameter path", "Device.WiFi.SSID.1.SSID"),
        Settings(),
        Credentials(),
        CwmpOperationForms.All())
    {
        Quirks = CwmpQuirks.Fields, BulkOperation = CwmpOperations.Bulk, Neighbours = new(CwmpOperations.Neighbours, CwmpIdentity.OfParts),
        Identity = new("identity", "Identity", FieldKind.Text)
        {
            Required = true, Placeholder = "00D09E-HG310-S0001", Help = "OUI-ProductClass-SerialNumber as the device's Inform has them; OUI-SerialNumber where it has no product class.",
        },
    };

    private static FieldDescriptor[] Settings() =>
    [
        new(Authentication, "Authentication", FieldKind.Choice)
        {
            Default = DigestOrBasic,
            Choices = [new(DigestOrBasic, "Digest or Basic"), new(DigestOnly, "Digest only"), new(BasicOnly, "Basic only"), new(CertificateOnly, "Client certificate only"), new(NoAuthentication, "None")],
            Help = "How the device proves itself. A TLS certificate that carries its identity always does. Basic sends the password readable; None lets anybody in who knows the identity.",
        },
        new(DigestAlgorithm, "Digest with", FieldKind.Choice)
        {
            Default = Md5, Choices = [new(Md5, "MD5"), new("MD5-sess", "MD5-sess"), new("SHA-256", "SHA-256"), new("SHA-256-sess", "SHA-256-sess")],
            Help = "What the device is challenged with, and what its answer has to be made with. Most devices know MD5 alone.",
        },
        new(DigestQop, "Digest protects", FieldKind.Choice)
        {
            Default = QopAuth, Choices = [new(QopAuth, "The request's address"), new("auth-int", "Its content too"), new(QopNone, "The address, in the oldest form")],
            Help = "The challenge's qop: auth, auth-int, or none for devices that know RFC 2069 alone.",
        },
        CertificateNames.Field,
        new(Own, "Own credentials", FieldKind.Toggle)
        {
            Help = "The console gives the device passwords of its own at the first contact, for its calls and for connection requests, and new ones from time to time. Off: they stay as they are entered.",
        },
        new(AcceptFirst, "First credentials after a reset", FieldKind.Toggle)
        {
            Help = "Once the device has its own password, the one that it came with is refused. On: it is let in with that one again, as after a reset to factory settings. Whoever knows the fleet's first password can then pass for this device.",
        },
        new(SessionTimeout, "Session time-out (s)", FieldKind.Number)
        {
            Minimum = 1, Maximum = 300, Help = "How long the device may take for its next message. Empty for 30 s, or what the device asks for.",
        },
        new(ConnectionRequestUrl, "Connection request URL", FieldKind.Text) { Help = "Where the device can be asked to call in; filled in from its Inform." },
        new(RequestAuthentication, "Connection requests with", FieldKind.Choice)
        {
            Default = RequestDigest, Choices = [new(RequestDigest, "Digest"), new(RequestBasic, "Basic, if it offers no Digest")],
            Help = "TR-069 wants Digest. Basic sends the password readable: only for models that have nothing else.",
        },
        new(RequestCertificate, "Certificate of https requests", FieldKind.Choice)
        {
            Default = TrustedCertificate, Choices = [new(TrustedCertificate, "Trusted ones only"), new(AnyCertificate, "Any")],
            Help = "For devices that ask for https connection requests and have a certificate of their own.",
        },
        new(UdpAddress, "UDP connection requests", FieldKind.Text) { Placeholder = "192.0.2.7:34567", Help = "Where the device behind its NAT is reached by UDP; filled in from its Inform (UDPConnectionRequestAddress). Not behind a symmetric NAT, which gives it another port towards each of its peers: use XMPP there." },
        new(UseXmpp, "Set up for XMPP", FieldKind.Toggle) { Help = "The console makes the device a client of the XMPP server with a password of its own, and asks it to call in over XMPP." },
        new(JabberId, "XMPP connection requests", FieldKind.Text) { Placeholder = "cpe@xmpp.example.net/gateway", Help = "The device's XMPP address for connection requests; filled in when the device tells it (ManagementServer.ConnReqJabberID)." },
        new(ILeftAccounts.Setting, "XMPP account", FieldKind.Text) { Help = "The account that this console made for the device at the XMPP server; filled in by itself. It is taken away there when the device is deleted." },
        new(AliasBased, "Instances by alias", FieldKind.Toggle) { Help = "The device supports aliases in paths, Device.NAT.PortMapping.[web].Enable; filled in when it says so (ManagementServer.AliasBasedAddressing)." },
        new(Gateway, "Behind the gateway", FieldKind.Text) { Placeholder = "00D09E-HG310-S0001", Help = "The identity of the gateway that the device is behind; filled in when the device tells it (GatewayInfo, TR-069 Annex F)." },
        new(CallsFrom, "Calls from", FieldKind.Text) { Help = "The address of its last Inform; filled in by itself. Connection request credentials go to no other public address." },
        new(Root, "Root object", FieldKind.Text) { Placeholder = "Device.", Help = "Device. or InternetGatewayDevice.; filled in from the Inform." },
    ];

    private static FieldDescriptor[] Credentials() =>
    [
        new(UserName, "Username", FieldKind.Text) { IsUserName = true, Help = "What the device shows to this ACS. Empty: any user name, the password decides." },
        new(Password, "Password", FieldKind.Text),
        new(RequestUserName, "Connection request username", FieldKind.Text) { Help = "What this ACS shows to the device when it asks it to call in (ManagementServer.ConnectionRequestUsername)." },
        new(RequestPassword, "Connection request password", FieldKind.Text),
        new(XmppPassword, "XMPP password", FieldKind.Text) { Help = "Of the device's account at the XMPP server, where that is not made by this console." },
    ];
}
