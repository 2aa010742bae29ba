using System.Globalization;

namespace DeviceConsole.Simulator.Gateway;

public sealed partial class HomeGateway
{
    private const string DiagnosticsState = "DiagnosticsState";
    private readonly Dictionary<string, DateTimeOffset> running = new(StringComparer.Ordinal);

    /// <summary>
    /// Starts the diagnostic of that object ("Device.IP.Diagnostics.IPPing.") with the arguments that its parameters hold; it ends
    /// after a while with <see cref="GatewayEventKind.DiagnosticComplete"/>. Null when it started.
    /// </summary>
    public GatewayFault? StartDiagnostic(string path) => Change(() =>
    {
        if (tree.Root.Find(path) is not { IsTable: false } node || node.Model.ParameterAt(DiagnosticsState) < 0) return Unknown(path);
        Diagnose(node, "Requested");
        return null;
    });

    private void Diagnose(TreeNode node, string request)
    {
        var path = node.Path;
        running.Remove(path);
        tree.Set(node, DiagnosticsState, request == "Requested" ? request : "None");
        if (request == "Requested") running[path] = time.GetUtcNow() + DiagnosticResults.Duration(tree, node);
    }

    private void EndDiagnostics(DateTimeOffset now)
    {
        foreach (var path in running.Where(r => r.Value <= now).Select(r => r.Key).ToList())
        {
            running.Remove(path);
            if (tree.Root.Find(path) is not { } node) continue;
            var state = DiagnosticResults.Fill(tree, node, now);
            tree.Set(node, DiagnosticsState, state);
            Raise(GatewayEventKind.DiagnosticComplete, path, state);
        }
    }
}
