using DeviceConsole.Core;
using Radzen;

namespace DeviceConsole.Web.Components.Shared;

/// <summary>Short messages about what was just done, in a corner of the page.</summary>
public sealed class Toasts(NotificationService notifications)
{
    /// <summary>It worked.</summary>
    public void Success(string message) => Show(NotificationSeverity.Success, message, 4_000);

    /// <summary>It did not; stays longer.</summary>
    public void Problem(Problem problem) => Show(NotificationSeverity.Error, problem.Message, 9_000);

    private void Show(NotificationSeverity severity, string message, double milliseconds) =>
        notifications.Notify(new NotificationMessage { Severity = severity, Summary = message, Duration = milliseconds });
}
