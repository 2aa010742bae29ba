using DeviceConsole.Core.BulkData;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Web.Components.BulkData;

/// <summary>Bulk data in words.</summary>
public static class BulkWords
{
    /// <summary>How a profile stands: words, tone, icon, and what it means.</summary>
    public static (string Text, string Tone, string Icon, string Meaning) Of(BulkProfileState state) => state switch
    {
        BulkProfileState.SettingUp => ("Being set up", "blue", "hourglass", "A job writes it to the device."),
        BulkProfileState.Failed => ("Not set up", "red", "cross-circle", "The job that should write it to the device did not succeed."),
        BulkProfileState.Waiting => ("No report yet", "grey", "clock", "The device has it; its first report is awaited."),
        BulkProfileState.Reporting => ("Reporting", "green", "check-circle", "Reports come as they should."),
        BulkProfileState.Silent => ("Silent", "amber", "alert", "For three intervals and more no report came."),
        BulkProfileState.Removing => ("Being removed", "blue", "hourglass", "A job takes it off the device."),
        _ => ("Still on the device", "red", "cross-circle", "The job that should take it off the device did not succeed."),
    };

    /// <summary>What is to be done about a state that is not good; null where nothing is.</summary>
    public static string? Advice(BulkProfileState state) => state switch
    {
        BulkProfileState.Failed => "Mend what the sentence above says, then write it again.",
        BulkProfileState.Silent => "Is the device on, and can it reach this server? If it was reset to factory settings, it lost the profile: write it again.",
        BulkProfileState.RemovalFailed => "Remove it once more. A device that is gone for good: forget it here.",
        _ => null,
    };

    /// <summary>Seconds as people say them.</summary>
    public static string Every(int seconds) => seconds switch
    {
        3600 => "every hour",
        86_400 => "every day",
        60 => "every minute",
        _ when seconds % 3600 == 0 => $"every {seconds / 3600} h",
        _ when seconds % 60 == 0 => $"every {seconds / 60} min",
        _ => $"every {seconds} s",
    };

    /// <summary>How reports are written.</summary>
    public static string Encoding(BulkProfileInput profile) =>
        (BulkEncodings.All.FirstOrDefault(e => e.Id == profile.Encoding).Name ?? profile.Encoding) + (profile.Compress ? ", gzip" : "");

    /// <summary>What becomes a graph.</summary>
    public static string Graph(string graph) => graph switch
    {
        BulkGraphs.Rate => "Increase per second",
        BulkGraphs.Value => "As it is",
        BulkGraphs.None => "No graph",
        _ => "Automatic",
    };
}
