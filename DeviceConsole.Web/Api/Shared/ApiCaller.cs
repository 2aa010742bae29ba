using System.Reflection;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Web.Auth;
using Microsoft.AspNetCore.Http.Metadata;

namespace DeviceConsole.Web.Api.Shared;

/// <summary>The caller as a parameter of an endpoint: from the verified claims of the request and nothing else that it sends.</summary>
public sealed record ApiCaller(Caller Caller) : IBindableFromHttpContext<ApiCaller>
{
    /// <inheritdoc />
    public static ValueTask<ApiCaller?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var caller = ConsoleClaims.CallerFrom(context.User) ?? throw new InvalidOperationException("An endpoint that needs a caller lets anonymous requests in.");
        return ValueTask.FromResult<ApiCaller?>(new ApiCaller(caller));
    }
}
