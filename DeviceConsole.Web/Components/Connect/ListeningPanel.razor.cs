using System.Globalization;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Web.Auth;

namespace DeviceConsole.Web.Components.Connect;

/// <summary>How a call ended.</summary>
public enum CallKind
{
    /// <summary>It became a session.</summary>
    Accepted,

    /// <summary>The device waits for approval.</summary>
    Pending,

    /// <summary>It was not let in.</summary>
    Refused,
}

/// <summary>One line of the panel.</summary>
public sealed record CallLine(string Key, CallKind Kind, string Protocol, string Who, string? Href, string Text, DateTimeOffset At);

/// <summary>Every attempt of a device to call in, the newest first, live: those that were let in and those that were not, with the reason.</summary>
public sealed partial class ListeningPanel(EnrolmentService enrolment, SessionService sessions, CurrentCaller current)
{
    private const int Shown = 25;
    private List<CallLine>? lines;

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => ReadAsync();

    private async Task ReadAsync()
    {
        var caller = await current.GetAsync();
        var refused = await enrolment.AttemptsAsync(caller, Shown, CancellationToken.None);
        var accepted = await sessions.ListAsync(caller, null, false, null, Shown, CancellationToken.None);
        lines =
        [
            .. (refused.IsSuccess ? refused.Value : []).Select(Of).Concat((accepted.IsSuccess ? accepted.Value : []).Select(Of)).OrderByDescending(l => l.At).Take(Shown),
        ];
    }

    private static CallLine Of(CallAttempt attempt) => new(
        $"{attempt.Protocol} {attempt.Identity} {attempt.Remote} {attempt.Reason}", attempt.Pending ? CallKind.Pending : CallKind.Refused, attempt.Protocol,
        attempt.Identity.Length > 0 ? attempt.Identity : attempt.Remote ?? "unknown", null,
        attempt.Reason + From(attempt.Remote, attempt.Transport) + (attempt.Calls > 1 ? $" {attempt.Calls.ToString("N0", CultureInfo.InvariantCulture)} times." : ""), attempt.LastAt);

    private static CallLine Of(SessionView session) => new(
        session.Id.ToString(), CallKind.Accepted, session.Protocol, session.DeviceName, $"/sessions/{session.Id}",
        $"Session {(session.Open ? "open" : "ended")}.{From(session.Remote, session.Transport)}", session.OpenedAt);

    private static string From(string? remote, string transport) => (remote, transport) switch
    {
        ({ Length: > 0 }, { Length: > 0 }) => $" From {remote} over {transport}.",
        ({ Length: > 0 }, _) => $" From {remote}.",
        _ => "",
    };
}
