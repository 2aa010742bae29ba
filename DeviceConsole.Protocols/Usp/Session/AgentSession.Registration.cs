using System.Text.Json.Nodes;
using DeviceConsole.Protocols.Usp.Wire.Messages;

namespace DeviceConsole.Protocols.Usp.Session;

// A USP service that is no whole device offers the parts of the data model that it serves (TR-369 §"Register", §"Deregister").
internal sealed partial class AgentSession
{
    private const int MaximumRegistrations = 100;
    private const uint RegisterFailed = 7028, DeregisterFailed = 7030, NotOwner = 7031;

    // For as long as the connection: a service that comes again registers again. Touched by the inbox alone.
    private SortedSet<string>? registrations;

    private async Task RegisterAsync(string id, RegisterRequest request, CancellationToken cancellationToken)
    {
        var paths = request.Paths.Take(MaximumRegistrations).Select(Registered).ToList();
        if (request.Paths.Count > MaximumRegistrations || (!request.AllowPartial && paths.Exists(p => p.Status.Failure is not null)))
        {
            await RefuseAsync(id, RegisterFailed, request.Paths.Count > MaximumRegistrations ? "Too many paths." : paths.Find(p => p.Status.Failure is not null)!.Status.Failure!.Message, cancellationToken).ConfigureAwait(false);
            return;
        }
        var taken = paths.Where(p => p.Status.Success is not null).Select(p => p.Path).ToList();
        registrations ??= new SortedSet<string>(StringComparer.Ordinal);
        if (registrations.Count + taken.Count(p => !registrations.Contains(p)) > MaximumRegistrations)
        {
            await RefuseAsync(id, RegisterFailed, "Too many paths.", cancellationToken).ConfigureAwait(false);
            return;
        }
        if (!await TellAsync("register", "The agent offers", taken, cancellationToken).ConfigureAwait(false)) return;
        registrations.UnionWith(taken);
        await SendAsync(new UspMessage(id, new RegisterResponse { Paths = paths }), null, cancellationToken).ConfigureAwait(false);
        foreach (var path in taken) Plan(token => ReadAsync(path, token));
    }

    // No path stands for all of the service's.
    private async Task DeregisterAsync(string id, DeregisterRequest request, CancellationToken cancellationToken)
    {
        if (request.Paths.Count > MaximumRegistrations)
        {
            await RefuseAsync(id, DeregisterFailed, "Too many paths.", cancellationToken).ConfigureAwait(false);
            return;
        }
        IReadOnlyList<string> asked = request.Paths.Count == 0 ? [.. registrations ?? []] : request.Paths;
        var paths = asked.Select(Deregistered).ToList();
        var gone = paths.Where(p => p.Status.Success is not null).Select(p => p.Path).Distinct(StringComparer.Ordinal).ToList();
        // What nobody serves any more is not on the device.
        if (!await gateway.ForgetValuesAsync(session, gone, cancellationToken).ConfigureAwait(false)) return;
        await TellAsync("deregister", "The agent no longer offers", gone, cancellationToken).ConfigureAwait(false);
        registrations?.ExceptWith(gone);
        await SendAsync(new UspMessage(id, new DeregisterResponse { Paths = paths }), null, cancellationToken).ConfigureAwait(false);
    }

    private DeregisteredPath Deregistered(string path) => new()
    {
        Path = path,
        Status = registrations?.Contains(path) == true
            ? new OperationStatus<DeregisteredPaths> { Success = new DeregisteredPaths { Paths = [path] } }
            : new OperationStatus<DeregisteredPaths> { Failure = new OperationFailure { Code = NotOwner, Message = $"{Short(path)} was not registered over this connection." } },
    };

    private static RegisteredPath Registered(RegistrationPath asked) => new()
    {
        Path = asked.Path,
        Status = UspPath.Check(asked.Path) is null && UspPath.IsPlainObject(asked.Path)
            ? new OperationStatus<RegistrationPath> { Success = new RegistrationPath { Path = asked.Path } }
            : new OperationStatus<RegistrationPath> { Failure = new OperationFailure { Code = RegisterFailed, Message = $"{Short(asked.Path)} is no object's path." } },
    };

    private Task<bool> TellAsync(string kind, string words, List<string> paths, CancellationToken cancellationToken) => paths.Count == 0
        ? Task.FromResult(true)
        : gateway.RaiseEventAsync(session, kind, $"{words} {string.Join(", ", paths.Take(3).Select(Short))}{(paths.Count > 3 ? $" and {paths.Count - 3} more" : "")}.",
            new JsonObject { ["paths"] = new JsonArray([.. paths.Select(p => (JsonNode?)Short(p))]) }, cancellationToken);

    private Task RefuseAsync(string id, uint code, string reason, CancellationToken cancellationToken) =>
        SendAsync(new UspMessage(id, new UspError { Code = code, Message = reason }), null, cancellationToken);
}
