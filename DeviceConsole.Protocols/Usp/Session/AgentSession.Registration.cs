using System.Text.Json.Nodes;
using DeviceConsole.Protocols.Usp.Wire.Messages;

namespace DeviceConsole.Protocols.Usp.Session;

// A USP service that is no whole device offers the parts of the data model that it serves (TR-369 §"Register", §"Deregister").
internal sealed partial class AgentSession
{
    private const int MaximumRegistrations = 100;
    private const uint RegisterFailed = 7028, DeregisterFailed = 7030;

    private async Task RegisterAsync(string id, RegisterRequest request, CancellationToken cancellationToken)
    {
        var paths = request.Paths.Take(MaximumRegistrations).Select(Registered).ToList();
        if (request.Paths.Count > MaximumRegistrations || (!request.AllowPartial && paths.Exists(p => p.Status.Failure is not null)))
        {
            await RefuseAsync(id, RegisterFailed, request.Paths.Count > MaximumRegistrations ? "Too many paths." : paths.Find(p => p.Status.Failure is not null)!.Status.Failure!.Message, cancellationToken).ConfigureAwait(false);
            return;
        }
        var taken = paths.Where(p => p.Status.Success is not null).Select(p => p.Path).ToList();
        await TellAsync("register", "The agent offers", taken, cancellationToken).ConfigureAwait(false);
        await SendAsync(new UspMessage(id, new RegisterResponse { Paths = paths }), null, cancellationToken).ConfigureAwait(false);
        foreach (var path in taken) Plan(token => ReadAsync(path, token));
    }

    private async Task DeregisterAsync(string id, DeregisterRequest request, CancellationToken cancellationToken)
    {
        if (request.Paths.Count > MaximumRegistrations || request.Paths.FirstOrDefault(p => !UspPath.IsPlainObject(p)) is not null)
        {
            await RefuseAsync(id, DeregisterFailed, "Each path is an object's, and there are at most a hundred.", cancellationToken).ConfigureAwait(false);
            return;
        }
        // What nobody serves any more is not on the device.
        await gateway.ForgetValuesAsync(session, request.Paths, cancellationToken).ConfigureAwait(false);
        await TellAsync("deregister", "The agent no longer offers", request.Paths, cancellationToken).ConfigureAwait(false);
        var paths = request.Paths.Select(p => new DeregisteredPath { Path = p, Status = new OperationStatus<DeregisteredPaths> { Success = new DeregisteredPaths { Paths = [p] } } }).ToList();
        await SendAsync(new UspMessage(id, new DeregisterResponse { Paths = paths }), null, cancellationToken).ConfigureAwait(false);
    }

    private static RegisteredPath Registered(RegistrationPath asked) => new()
    {
        Path = asked.Path,
        Status = UspPath.Check(asked.Path) is null && UspPath.IsPlainObject(asked.Path)
            ? new OperationStatus<RegistrationPath> { Success = new RegistrationPath { Path = asked.Path } }
            : new OperationStatus<RegistrationPath> { Failure = new OperationFailure { Code = RegisterFailed, Message = $"{Short(asked.Path)} is no object's path." } },
    };

    private Task TellAsync(string kind, string words, IReadOnlyList<string> paths, CancellationToken cancellationToken) => paths.Count == 0
        ? Task.CompletedTask
        : gateway.RaiseEventAsync(session, kind, $"{words} {string.Join(", ", paths.Take(3).Select(Short))}{(paths.Count > 3 ? $" and {paths.Count - 3} more" : "")}.",
            new JsonObject { ["paths"] = new JsonArray([.. paths.Select(p => (JsonNode?)Short(p))]) }, cancellationToken);

    private Task RefuseAsync(string id, uint code, string reason, CancellationToken cancellationToken) =>
        SendAsync(new UspMessage(id, new UspError { Code = code, Message = reason }), null, cancellationToken);
}
