using System.Globalization;
using System.Text;

namespace DeviceConsole.Protocols.Cwmp.Xmpp.Wire;

/// <summary>Ad-hoc commands (XEP-0050) with data forms (XEP-0004), as service administration has them (XEP-0133).</summary>
internal static class AdHocCommand
{
    /// <summary>XEP-0133 §4.1.</summary>
    public const string AddUser = Administration + "#add-user";

    /// <summary>XEP-0133 §4.2.</summary>
    public const string DeleteUser = Administration + "#delete-user";

    /// <summary>XEP-0133 §4.6.</summary>
    public const string ChangePassword = Administration + "#change-user-password";

    private const string Administration = "http://jabber.org/protocol/admin", Commands = "http://jabber.org/protocol/commands", Form = "jabber:x:data";

    /// <summary>Begins one.</summary>
    public static string Execute(string node) => $"<command xmlns='{Commands}' action='execute' node='{XmppText.Escape(node)}'/>";

    /// <summary>Sends the form that it asked for.</summary>
    public static string Complete(string node, string session, params ReadOnlySpan<(string Field, string Value)> fields)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"<command xmlns='{Commands}' action='complete' node='{XmppText.Escape(node)}' sessionid='{XmppText.Escape(session)}'><x xmlns='{Form}' type='submit'>");
        text.Append(CultureInfo.InvariantCulture, $"<field var='FORM_TYPE' type='hidden'><value>{Administration}</value></field>");
        foreach (var (field, value) in fields) text.Append(CultureInfo.InvariantCulture, $"<field var='{XmppText.Escape(field)}'><value>{XmppText.Escape(value)}</value></field>");
        return text.Append("</x></command>").ToString();
    }

    /// <summary>The session that a begun command has; null where it did not begin.</summary>
    public static string? Session(XmppElement iq) => iq.Child("command", Commands) is { } command && command["status"] == "executing" ? command["sessionid"] : null;

    /// <summary>True where it is complete and no note tells an error.</summary>
    public static bool IsDone(XmppElement iq) => iq["type"] == "result" && iq.Child("command", Commands) is { } command && command["status"] == "completed" && !command.Children.Any(IsError);

    /// <summary>What it says of its end; the error's condition where the server refused it.</summary>
    public static string Words(XmppElement iq) =>
        iq.Child("command", Commands)?.Children.FirstOrDefault(IsError)?.Text is { Length: > 0 } note ? note : iq.Child("error", XmppNames.Client)?.Reason ?? "no reason was given";

    private static bool IsError(XmppElement child) => child.Is("note", Commands) && child["type"] == "error";
}
