using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;

namespace DeviceConsole.Web.Api.Shared;

/// <summary>
/// Everything under /api ends in an answer of the API: what the framework refuses gets a body with a sentence, and what
/// nobody expected says nothing of its inside but a number to find it by in the log.
/// </summary>
public sealed partial class ApiErrors(RequestDelegate next, ILogger<ApiErrors> logger)
{
    /// <summary>Runs the rest and answers for it where it did not.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null } response)
                await WriteAsync(context, response.StatusCode, SentenceOf(context, response.StatusCode));
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, e.StatusCode, Explain(context, e));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            LogFailed(e, context.Request.Method, context.Request.Path, context.TraceIdentifier);
            context.Response.Clear();
            await WriteAsync(context, StatusCodes.Status500InternalServerError,
                $"Something went wrong on our side. Tell the administrator this number, which is in the log, too: {context.TraceIdentifier}.");
        }
    }

    private static Task WriteAsync(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(ApiProblems.Create(status, sentence), ApiJson.Options, ApiProblems.MediaType, context.RequestAborted);
    }

    private static string Accepted(HttpContext context) => $"{(context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize ?? 1024 * 1024) / 1024 / 1024} MiB";

    private static string SentenceOf(HttpContext context, int status) => status switch
    {
        401 => "Send an access token: Authorization: Bearer …. POST /connect/token gives one to a service account.",
        403 => "Your role does not allow you to do that.",
        404 => "There is no such address.",
        405 => "This address does not answer to that method.",
        413 => $"The body is larger than the {Accepted(context)} that are accepted.",
        415 => "Send the body as Content-Type: application/json.",
        429 => "Too many requests. Wait for the seconds that Retry-After says, then go on.",
        _ => "The request cannot be carried out.",
    };

    private static string Explain(HttpContext context, BadHttpRequestException e) => e switch
    {
        { StatusCode: StatusCodes.Status413PayloadTooLarge or StatusCodes.Status415UnsupportedMediaType } => SentenceOf(context, e.StatusCode),
        { InnerException: JsonException json } => Explain(json),
        _ when ParameterName().Match(e.Message) is { Success: true } match => $"The value of '{match.Groups[1].Value}' is missing or has not the form that it needs.",
        _ => "The request cannot be read.",
    };

    // The serializer's own messages name types of ours; its path and position do not.
    private static string Explain(JsonException e)
    {
        if (UnknownMember().Match(e.Message) is { Success: true } unknown) return $"There is no field '{unknown.Groups[1].Value}'.";
        if (MissingMember().Match(e.Message) is { Success: true } missing) return $"These fields are needed: {missing.Groups[1].Value.Replace("'", "", StringComparison.Ordinal)}.";
        if (e.Path is { Length: > 2 } path && e.InnerException is not null and not JsonException || e.Message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal))
            return $"The value of '{(e.Path ?? "$").TrimStart('$', '.')}' has the wrong type.";
        return e.LineNumber is { } line ? $"The body is not valid JSON, at line {line + 1}, byte {e.BytePositionInLine + 1}." : "The body is not valid JSON.";
    }

    [GeneratedRegex("property '([^']{1,100})' could not be mapped")]
    private static partial Regex UnknownMember();

    [GeneratedRegex("missing required properties including: (.{1,300}?)\\.$")]
    private static partial Regex MissingMember();

    [GeneratedRegex("parameter \"[^\"]*?(\\w+)\"")]
    private static partial Regex ParameterName();

    [LoggerMessage(3001, LogLevel.Error, "{Method} {Path} failed; the caller was told the number {TraceId}.")]
    private partial void LogFailed(Exception exception, string method, string path, string traceId);
}
