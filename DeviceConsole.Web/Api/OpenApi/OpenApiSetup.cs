using DeviceConsole.Web.Api.Shared;
using Microsoft.OpenApi;

namespace DeviceConsole.Web.Api.OpenApi;

/// <summary>The OpenAPI 3.1 document at /openapi.json, made from the endpoints themselves.</summary>
public static class OpenApiSetup
{
    private const string Bearer = "bearer", OAuth = "oauth";

    /// <summary>Registers it.</summary>
    public static IServiceCollection AddApiDocument(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.ShouldInclude = description => description.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "DeviceConsole API",
                Version = "v1",
                Description = "Devices, jobs and schedules of one tenant. A service account gets an access token from POST /connect/token (OAuth 2.0 client credentials); the token says which tenant and which devices it is for. Errors are problem details (RFC 9457) with a sentence for every field. Lists are paged: follow `next` until it is null.",
                License = new OpenApiLicense { Name = "Apache-2.0", Identifier = "Apache-2.0" },
            };
            document.Servers = [new OpenApiServer { Url = "/" }];
            AddSecurity(document);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, _, _) =>
        {
            foreach (var (status, response) in operation.Responses ?? [])
                response.Description = Responses.DescriptionOf(status, response.Description);
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer(Examples.AddAsync);
    });

    /// <summary>Maps it; it holds no secret, so everybody may read it.</summary>
    public static void MapApiDocument(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapOpenApi("/openapi.json").AllowAnonymous().RequireRateLimiting(RateLimits.Policy);

    private static void AddSecurity(OpenApiDocument document)
    {
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT", Description = "An access token in the Authorization header." },
            [OAuth] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.OAuth2,
                Description = "A service account's client id and secret.",
                Flows = new OpenApiOAuthFlows { ClientCredentials = new OpenApiOAuthFlow { TokenUrl = new Uri("/connect/token", UriKind.Relative), Scopes = new Dictionary<string, string>() } },
            },
        };
        document.Security =
        [
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] },
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(OAuth, document)] = [] },
        ];
    }
}
