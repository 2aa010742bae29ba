using DeviceConsole.Core;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace DeviceConsole.Web.Api.Shared;

/// <summary>A problem as the API sends it (RFC 9457), with a sentence for every field that needs a correction.</summary>
public sealed class ApiProblem : ProblemDetails
{
    /// <summary>Field (<c>name</c>, <c>endpoints[0].settings.host</c>) → sentences; empty where the problem is about no field.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("errors")]
    public IReadOnlyDictionary<string, string[]> Errors { get; init; } = new Dictionary<string, string[]>();
}

/// <summary>Turns problems of the services into answers.</summary>
public static class ApiProblems
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>The answer to a service's problem. Not-there and not-yours are one and the same.</summary>
    public static IResult ToResult(this Problem problem) => Result(StatusOf(problem.Kind), problem.Message,
        problem.Errors.GroupBy(e => e.Field, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Select(e => e.Message).ToArray()));

    /// <summary>An answer with a status and a sentence.</summary>
    public static IResult Result(int status, string sentence, IReadOnlyDictionary<string, string[]>? errors = null) =>
        Results.Json(Create(status, sentence, errors), ApiJson.Options, MediaType, status);

    /// <summary>One wrong field of the query, a header or the body.</summary>
    public static IResult Invalid(string field, string sentence) => Problem.Invalid(field, sentence).ToResult();

    /// <summary>The body of an answer.</summary>
    public static ApiProblem Create(int status, string sentence, IReadOnlyDictionary<string, string[]>? errors = null) => new()
    {
        Type = "about:blank",
        Title = ReasonPhrases.GetReasonPhrase(status),
        Status = status,
        Detail = sentence,
        Errors = errors ?? new Dictionary<string, string[]>(),
    };

    private static int StatusOf(ProblemKind kind) => kind switch
    {
        ProblemKind.Invalid => StatusCodes.Status400BadRequest,
        ProblemKind.NotFound => StatusCodes.Status404NotFound,
        ProblemKind.Forbidden => StatusCodes.Status403Forbidden,
        ProblemKind.Conflict => StatusCodes.Status409Conflict,
        ProblemKind.TooMany => StatusCodes.Status429TooManyRequests,
        _ => StatusCodes.Status500InternalServerError,
    };
}
