namespace DeviceConsole.Simulator.Cwmp;

/// <summary>What real devices do wrong, one by one.</summary>
public sealed record CpeQuirks
{
    /// <summary>A device that does everything right.</summary>
    public static CpeQuirks None { get; } = new();

    /// <summary>It never sends the session's cookie back.</summary>
    public bool DropsCookie { get; init; }

    /// <summary>It opens a new TCP connection for every POST.</summary>
    public bool NewConnections { get; init; }

    /// <summary>It sends its bodies chunked, without a length.</summary>
    public bool Chunked { get; init; }

    /// <summary>It sends its bodies compressed with gzip.</summary>
    public bool Gzip { get; init; }

    /// <summary>It compresses its bodies with deflate, where it compresses them.</summary>
    public bool Deflate { get; init; }

    /// <summary>How it sends the cookie back; the text holds it as {0}.</summary>
    public string CookieForm { get; init; } = "{0}";

    /// <summary>It sends a cookie of an earlier session with its Inform.</summary>
    public bool StaleCookie { get; init; }

    /// <summary>It waits for 100 Continue before it sends a body.</summary>
    public bool Expects { get; init; }

    /// <summary>What a second of a reporting interval of bulk data lasts.</summary>
    public TimeSpan BulkSecond { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>It takes booleans as 1 and 0 alone.</summary>
    public bool DigitsOnly { get; init; }

    /// <summary>The fault with which it answers too many names.</summary>
    public int TooManyNames { get; init; } = 9004;

    /// <summary>It does not support instances that are named by their aliases.</summary>
    public bool NoAliases { get; init; }

    /// <summary>It sends Basic credentials without being asked.</summary>
    public bool Basic { get; init; }

    /// <summary>It answers challenges as RFC 2069 has it, without qop.</summary>
    public bool NoQop { get; init; }

    /// <summary>The Content-Type of its bodies.</summary>
    public string ContentType { get; init; } = "text/xml; charset=\"utf-8\"";

    /// <summary>It falls silent when it is sent this request for the n-th time (the name, then the count from 1).</summary>
    public (string Request, int Count)? SilentAt { get; init; }

    /// <summary>It answers this request with something that is no SOAP.</summary>
    public string? GarbageAt { get; init; }

    /// <summary>It answers this request with an empty POST, the first time.</summary>
    public string? EmptyAt { get; init; }

    /// <summary>It answers this request with the response of another method.</summary>
    public string? WrongResponseAt { get; init; }

    /// <summary>Its answers carry no SOAP header.</summary>
    public bool NoHeader { get; init; }

    /// <summary>It answers GetParameterValues of more names than this with fault 9004.</summary>
    public int? MaximumNames { get; init; }

    /// <summary>It refuses an empty ParameterPath with 9005, and GetParameterNames of everything with 9004.</summary>
    public bool OneLevelOnly { get; init; }

    /// <summary>It leaves the session, without a word, when it is to read a partial path.</summary>
    public bool VanishesAtPartialPath { get; init; }

    /// <summary>It leaves unknown names out where it should answer a fault.</summary>
    public bool OmitsUnknown { get; init; }

    /// <summary>It answers GetParameterNames with an empty list.</summary>
    public bool NamesNothing { get; init; }

    /// <summary>It never reports the end of a transfer.</summary>
    public bool NoTransferComplete { get; init; }

    /// <summary>It reports this fault code as the end of every transfer.</summary>
    public int? TransferFault { get; init; }

    /// <summary>It is done with a transfer before it answers.</summary>
    public bool TransfersAtOnce { get; init; }

    /// <summary>Changes the text of every message before it is sent.</summary>
    public Func<string, string>? Rewrite { get; init; }

    /// <summary>It takes transfers and does nothing about them but tell their addresses here.</summary>
    public Action<string>? Transfer { get; init; }

    /// <summary>It reports a download at once, and starts with the new firmware only this long after.</summary>
    public TimeSpan? StartsLater { get; init; }

    /// <summary>It reboots without answering.</summary>
    public bool RebootsAtOnce { get; init; }

    /// <summary>It closes the connection after its challenge to a connection request.</summary>
    public bool ClosesAfterChallenge { get; init; }

    /// <summary>The status with which it answers connection requests in place of 200.</summary>
    public int? ConnectionRequestStatus { get; init; }

    /// <summary>It knows GetQueuedTransfers, but not GetAllQueuedTransfers, as in CWMP 1.0.</summary>
    public bool OldQueueOnly { get; init; }

    /// <summary>How long one minute of a ScheduleDownload's window takes; a minute where nothing is said.</summary>
    public TimeSpan WindowMinute { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>It ends each session with this many empty POSTs after the ACS said that it is over.</summary>
    public int EmptyPostsAtEnd { get; init; }
}
