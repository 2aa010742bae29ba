using DeviceConsole.Core;
using Microsoft.AspNetCore.Http.Extensions;

namespace DeviceConsole.Web.Api.Shared;

/// <summary>One page of a list.</summary>
/// <param name="Items">The rows.</param>
/// <param name="Next">The address of the next page with all filters in it; null at the end.</param>
public sealed record ApiPage<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Makes pages of the API.</summary>
public static class ApiPages
{
    /// <summary>The page with the address of the one after it.</summary>
    public static ApiPage<TOut> ToApi<T, TOut>(this Page<T> page, HttpRequest request, Func<T, TOut> convert)
    {
        if (page.Next is not { } cursor) return new ApiPage<TOut>([.. page.Items.Select(convert)], null);
        var query = new QueryBuilder(request.Query.Where(q => q.Key != "after").SelectMany(q => q.Value, (q, v) => KeyValuePair.Create(q.Key, v ?? ""))) { { "after", cursor } };
        return new ApiPage<TOut>([.. page.Items.Select(convert)], request.PathBase + request.Path + query.ToQueryString());
    }
}
