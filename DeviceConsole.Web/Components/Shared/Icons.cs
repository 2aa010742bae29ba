using System.Collections.Frozen;

namespace DeviceConsole.Web.Components.Shared;

/// <summary>The icons: 24 × 24, drawn in lines of the text's colour.</summary>
internal static class Icons
{
    /// <summary>Path data by name.</summary>
    public static FrozenDictionary<string, string> Paths { get; } = new Dictionary<string, string>
    {
        ["overview"] = "M4 4h7v8H4z M13 4h7v5h-7z M13 11h7v9h-7z M4 14h7v6H4z",
        ["device"] = "M3 14h18v6H3z M7 17h.01 M11 17h.01 M17 14V9 M13.5 6.5a5 5 0 0 1 7 0 M15.3 8.8a2.4 2.4 0 0 1 3.4 0",
        ["bell"] = "M6 16v-5a6 6 0 0 1 12 0v5l2 2H4z M10 21h4",
        ["chart"] = "M4 4v16h16 M7 15l4-5 3 3 5-7",
        ["jobs"] = "M4 6h2 M4 12h2 M4 18h2 M10 6h10 M10 12h10 M10 18h10",
        ["dead"] = "M4 13h4l2 3h4l2-3h4 M4 13l3-8h10l3 8v6H4z M10 8l4 3 M14 8l-4 3",
        ["schedule"] = "M4 6h16v5 M4 6v14h7 M4 10h16 M8 3v4 M16 3v4 M17 14a4 4 0 1 0 .01 0 M17 16.2v2l1.4 1",
        ["tenant"] = "M5 21V4h9v17 M14 9h5v12 M3 21h18 M8 8h3 M8 12h3 M8 16h3",
        ["users"] = "M9 11a3.5 3.5 0 1 0-.01 0 M2.5 20a6.5 6.5 0 0 1 13 0 M16 4.6a3.5 3.5 0 0 1 0 6 M18 14.2a6.5 6.5 0 0 1 3.5 5.8",
        ["key"] = "M8 15a4 4 0 1 0-.01 0 M11 12l8-8 M16 7l3 3 M14 9l2 2",
        ["audit"] = "M6 3h9l4 4v14H6z M14 3v5h5 M9 12h7 M9 16h5",
        ["admin"] = "M12 3l8 3v6c0 5-3.5 7.8-8 9-4.5-1.2-8-4-8-9V6z M9 12l2 2 4-4",
        ["search"] = "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13z M15.5 15.5L20 20",
        ["sun"] = "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M12 2v2 M12 20v2 M4.9 4.9l1.4 1.4 M17.7 17.7l1.4 1.4 M2 12h2 M20 12h2 M4.9 19.1l1.4-1.4 M17.7 6.3l1.4-1.4",
        ["moon"] = "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z",
        ["menu"] = "M4 7h16 M4 12h16 M4 17h16",
        ["panel"] = "M4 5h16v14H4z M9 5v14",
        ["right"] = "M9 6l6 6-6 6",
        ["down"] = "M6 9l6 6 6-6",
        ["up"] = "M6 15l6-6 6 6",
        ["back"] = "M19 12H5 M11 6l-6 6 6 6",
        ["sort-up"] = "M12 19V5 M6 11l6-6 6 6",
        ["sort-down"] = "M12 5v14 M6 13l6 6 6-6",
        ["plus"] = "M12 5v14 M5 12h14",
        ["check"] = "M5 12.5l4.5 4.5L19 7.5",
        ["close"] = "M6 6l12 12 M18 6L6 18",
        ["clock"] = "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M12 7v5l3.5 2",
        ["spinner"] = "M12 3a9 9 0 1 0 9 9",
        ["cross-circle"] = "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M9 9l6 6 M15 9l-6 6",
        ["check-circle"] = "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M8.5 12.2l2.4 2.4 4.6-4.8",
        ["bar-circle"] = "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M8 12h8",
        ["hourglass"] = "M7 3h10 M7 21h10 M8 3v4l8 10v4 M16 3v4L8 17v4",
        ["alert"] = "M12 4l9 16H3z M12 10v4 M12 17h.01",
        ["info"] = "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M12 11v5 M12 8h.01",
        ["refresh"] = "M20 11a8 8 0 0 0-14.3-4L4 9 M4 4v5h5 M4 13a8 8 0 0 0 14.3 4L20 15 M20 20v-5h-5",
        ["play"] = "M7 4.5v15l12-7.5z",
        ["edit"] = "M4 20l1-4L16 5l3 3L8 19z M14 7l3 3",
        ["trash"] = "M4 7h16 M9 7V4h6v3 M6 7l1 13h10l1-13 M10 11v5 M14 11v5",
        ["copy"] = "M9 9h11v11H9z M5 15H4V4h11v1",
        ["logout"] = "M10 4H5v16h5 M14 8l4 4-4 4 M18 12H9",
        ["lock"] = "M6 11h12v9H6z M8.5 11V8a3.5 3.5 0 0 1 7 0v3",
        ["user"] = "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M4.5 20.5a7.5 7.5 0 0 1 15 0",
        ["switch"] = "M4 8h13 M14 5l3 3-3 3 M20 16H7 M10 13l-3 3 3 3",
        ["link"] = "M10 14a4 4 0 0 0 6 0l3-3a4.2 4.2 0 0 0-6-6l-1 1 M14 10a4 4 0 0 0-6 0l-3 3a4.2 4.2 0 0 0 6 6l1-1",
        ["tree"] = "M4 4h6v4H4z M14 10h6v4h-6z M14 17h6v4h-6z M7 8v11h7 M7 12h7",
        ["upload"] = "M12 16V4 M7 9l5-5 5 5 M4 15v5h16v-5",
        ["book"] = "M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3z M5 17a3 3 0 0 1 3-3h11 M9 8h6",
        ["file"] = "M6 3h8l5 5v13H6z M14 3v5h5 M9 17h7 M12.5 11v6",
        ["pulse"] = "M3 12h4l3-8 4 16 3-8h4",
        ["download"] = "M12 4v12 M7 11l5 5 5-5 M4 19h16",
        ["tag"] = "M4 4h8l8 8-8 8-8-8z M8 8h.01",
    }.ToFrozenDictionary();
}
