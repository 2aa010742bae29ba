using DeviceConsole.Core;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Mibs;
using DeviceConsole.Core.Parameters;
using DeviceConsole.Web.Api.Shared;
using Microsoft.AspNetCore.Mvc;

namespace DeviceConsole.Web.Api.Devices;

/// <summary>/api/v1/devices.</summary>
public static class DeviceRoutes
{
    private const string OtherVersion = "The device has changed since the version that If-Match names. Get it again, then make your change on the new version.";

    /// <summary>Maps them.</summary>
    public static void MapDevices(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/devices").WithTags("Devices");
        group.MapGet("", ListAsync).Produces<ApiPage<DeviceRow>>()
            .Describe("listDevices", "List devices", "One page of the devices that the caller may see. `search` looks into name, serial number, model, address, site and manufacturer; fewer than three characters are looked for at the beginning of words only. `sort` is name, model, last_contact or created, with a minus before it for the other direction.");
        group.MapPost("", CreateAsync).Produces<DeviceResource>(StatusCodes.Status201Created).Problems(409)
            .Describe("createDevice", "Create a device", "With an Idempotency-Key the request may be repeated: it makes one device.");
        group.MapGet("/{id:guid}", GetAsync).Produces<DeviceResource>().Produces(StatusCodes.Status304NotModified).Problems(404)
            .Describe("getDevice", "Get a device", "The ETag is its version; If-None-Match gives 304 while it is the newest.");
        group.MapPut("/{id:guid}", UpdateAsync).Produces<DeviceResource>().Problems(404, 409, 412)
            .Describe("updateDevice", "Replace a device", "Everything is replaced but the secrets that the body does not mention. With If-Match nothing is done to a version that the caller has not seen.");
        group.MapDelete("/{id:guid}", DeleteAsync).Produces(StatusCodes.Status204NoContent).Problems(404, 412)
            .Describe("deleteDevice", "Delete a device", "Its jobs, results and parameters go with it. A job that runs at this moment writes nothing more.");
        group.MapGet("/{id:guid}/parameters", ParametersAsync).Produces<ApiPage<ParameterResource>>().Problems(404)
            .Describe("listParameters", "List a device's parameters", "What the device has reported, in the order of the paths, numbers by their value. `prefix` keeps the paths that begin so (`Device.WiFi.`); `search` those whose path or value contains the text, whatever its case. Objects that the device named without a value end with a dot.");
    }

    private static async Task<IResult> ListAsync(ApiCaller caller, HttpRequest request, DeviceService devices, CancellationToken cancellationToken,
        string? search = null, string? tag = null, string? sort = null, string? after = null, int limit = 50)
    {
        var descending = sort is ['-', ..];
        if (DeviceSorts.Parse(sort is null ? "name" : descending ? sort[1..] : sort) is not { } order)
            return ApiProblems.Invalid("sort", "The order is name, model, last_contact or created, with a minus before it for the other direction.");
        var query = new DeviceQuery { Search = search, Tag = tag, Sort = order, Descending = descending, After = after, Limit = limit };
        var page = await devices.FindAsync(caller.Caller, query, cancellationToken);
        return page.Problem is { } problem ? problem.ToResult() : Results.Ok(page.Value.ToApi(request, d => d));
    }

    private static async Task<IResult> CreateAsync(ApiCaller caller, DeviceBody body, HttpContext context, DeviceService devices, IdempotencyKeys keys, CancellationToken cancellationToken,
        [FromHeader(Name = IdempotencyKeys.Header)] string? idempotencyKey = null)
    {
        var key = IdempotencyKeys.KeyOf(context.Request);
        if (key.Problem is { } wrong) return wrong.ToResult();
        var reserved = await keys.ReserveAsync(caller.Caller, key.Value, "createDevice", body, cancellationToken);
        if (reserved.Problem is { } used) return used.ToResult();
        var created = await devices.CreateAsync(caller.Caller, reserved.Value.Id, body.ToInput(), cancellationToken);
        if (created.Problem is { } problem)
        {
            await keys.ReleaseAsync(caller.Caller, key.Value, reserved.Value, cancellationToken);
            return problem.ToResult();
        }
        ETags.Set(context.Response, created.Value.Device.Version);
        return Results.Created($"/api/v1/devices/{created.Value.Device.Id}", DeviceResource.Of(created.Value));
    }

    private static async Task<IResult> GetAsync(ApiCaller caller, Guid id, HttpContext context, DeviceService devices, CancellationToken cancellationToken,
        [FromHeader(Name = "If-None-Match")] string? ifNoneMatch = null)
    {
        var device = await devices.GetAsync(caller.Caller, id, cancellationToken);
        if (device.Problem is { } problem) return problem.ToResult();
        ETags.Set(context.Response, device.Value.Device.Version);
        return ETags.IsKnown(context.Request, device.Value.Device.Version) ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Ok(DeviceResource.Of(device.Value));
    }

    private static async Task<IResult> UpdateAsync(ApiCaller caller, Guid id, DeviceBody body, HttpContext context, DeviceService devices, CancellationToken cancellationToken,
        [FromHeader(Name = "If-Match")] string? ifMatch = null)
    {
        var expected = ETags.Expected(context.Request);
        var updated = await devices.UpdateAsync(caller.Caller, id, body.ToInput(), expected, cancellationToken);
        if (updated.Problem is { } problem) return Refused(problem, expected);
        ETags.Set(context.Response, updated.Value.Device.Version);
        return Results.Ok(DeviceResource.Of(updated.Value));
    }

    private static async Task<IResult> DeleteAsync(ApiCaller caller, Guid id, HttpContext context, DeviceService devices, CancellationToken cancellationToken,
        [FromHeader(Name = "If-Match")] string? ifMatch = null)
    {
        var expected = ETags.Expected(context.Request);
        var deleted = await devices.DeleteAsync(caller.Caller, id, expected, cancellationToken);
        return deleted.Problem is { } problem ? Refused(problem, expected) : Results.NoContent();
    }

    private static async Task<IResult> ParametersAsync(ApiCaller caller, Guid id, HttpRequest request, ParameterService parameters, ParameterNames names, CancellationToken cancellationToken,
        string? prefix = null, string? search = null, string? after = null, int limit = 100)
    {
        var page = await parameters.ListAsync(caller.Caller, id, prefix, search, after, limit, cancellationToken);
        if (page.Problem is { } problem) return problem.ToResult();
        var shown = await names.DescribeAsync(caller.Caller, page.Value.Items, cancellationToken);
        var at = 0;
        return Results.Ok(page.Value.ToApi(request, p => ParameterResource.Of(p, shown.Count > 0 ? shown[at++] : null)));
    }

    // A conflict about no field is one of versions; with If-Match that is a precondition that failed (RFC 9110, 13.1.1).
    private static IResult Refused(Problem problem, int? expected) =>
        problem is { Kind: ProblemKind.Conflict, Errors.Count: 0 } && expected is not null ? ApiProblems.Result(StatusCodes.Status412PreconditionFailed, OtherVersion) : problem.ToResult();
}
