using System.Globalization;
using System.Threading.RateLimiting;
using DeviceConsole.Web.Auth;
using Microsoft.AspNetCore.RateLimiting;

namespace DeviceConsole.Web.Api.Shared;

/// <summary>
/// Requests a caller may make: each service account and each person has a bucket of its own (a burst of 400, 100 a second
/// after it by default; <c>Api:Burst</c> and <c>Api:PerSecond</c>), whoever is anonymous shares one with its address.
/// </summary>
public static class RateLimits
{
    /// <summary>The policy.</summary>
    public const string Policy = "api";

    /// <summary>Registers it.</summary>
    public static IServiceCollection AddApiRateLimits(this IServiceCollection services) => services.AddRateLimiter(limiter =>
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.OnRejected = (context, _) =>
        {
            var seconds = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? (int)Math.Ceiling(wait.TotalSeconds) : 1;
            context.HttpContext.Response.Headers.RetryAfter = Math.Max(1, seconds).ToString(CultureInfo.InvariantCulture);
            return ValueTask.CompletedTask;
        };
        limiter.AddPolicy(Policy, PartitionOf);
    });

    private static RateLimitPartition<string> PartitionOf(HttpContext context)
    {
        var caller = ConsoleClaims.CallerFrom(context.User);
        var key = caller is null ? $"address {context.Connection.RemoteIpAddress}" : $"{caller.HomeTenant} {caller.ActorId}";
        return RateLimitPartition.GetTokenBucketLimiter(key, _ =>
        {
            var configuration = context.RequestServices.GetRequiredService<IConfiguration>();
            return new TokenBucketRateLimiterOptions
            {
                TokenLimit = configuration.GetValue("Api:Burst", 400),
                TokensPerPeriod = configuration.GetValue("Api:PerSecond", 100),
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            };
        });
    }
}
