using Microsoft.AspNetCore.Http.HttpResults;

namespace DeviceConsole.Web.Api.Shared;

/// <summary>What endpoints of the API say about themselves in the OpenAPI document.</summary>
public static class ApiRoutes
{
    /// <summary>Name, summary and description.</summary>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string operationId, string summary, string description) =>
        route.WithName(operationId).WithSummary(summary).WithDescription(description);

    /// <summary>The problems that an endpoint may answer with beside those that every one may.</summary>
    public static RouteHandlerBuilder Problems(this RouteHandlerBuilder route, params int[] statuses)
    {
        foreach (var status in statuses) route.Produces<ApiProblem>(status, ApiProblems.MediaType);
        return route;
    }

    /// <summary>The problems of every endpoint behind a token.</summary>
    public static RouteGroupBuilder WithCommonProblems(this RouteGroupBuilder group)
    {
        int[] common = [StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status429TooManyRequests, StatusCodes.Status500InternalServerError];
        foreach (var status in common) group.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(ApiProblem), [ApiProblems.MediaType]));
        return group;
    }
}
