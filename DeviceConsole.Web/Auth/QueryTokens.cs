using Microsoft.AspNetCore.Authorization;

namespace DeviceConsole.Web.Auth;

/// <summary>
/// Browsers cannot set headers on WebSockets and event streams, so SignalR's clients send the token as
/// <c>access_token</c> in the query. It is taken out of the address at once and goes where tokens belong.
/// </summary>
public static class QueryTokens
{
    private const string Parameter = "access_token";

    /// <summary>Goes after routing and before authentication; only hubs and event streams take such tokens.</summary>
    public static IApplicationBuilder UseQueryTokens(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var request = context.Request;
        if (!request.Query.TryGetValue(Parameter, out var token) || !TakesThem(context)) return next(context);
        if (request.Headers.Authorization.Count == 0 && token is [{ Length: > 0 } text]) request.Headers.Authorization = "Bearer " + text;
        request.QueryString = QueryString.Create(request.Query.Where(q => !string.Equals(q.Key, Parameter, StringComparison.OrdinalIgnoreCase)));
        return next(context);
    });

    private static bool TakesThem(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(a => a.Policy == ServiceCollectionExtensions.LivePolicy) is true;
}
