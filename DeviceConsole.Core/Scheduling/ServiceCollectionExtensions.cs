using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Quartz;

namespace DeviceConsole.Core.Scheduling;

/// <summary>Registers schedules and the clock.</summary>
public static class SchedulingServiceCollectionExtensions
{
    private const string EngineGroup = "engine";

    /// <summary>Schedules for pages and the API; every node has them.</summary>
    public static IServiceCollection AddSchedules(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ScheduleService>();
        services.AddSingleton<SlotRunner>();
        return services;
    }

    /// <summary>
    /// The clock: Quartz in this process, clustered with every other over the database. Calls <see cref="AddSchedules"/>; needs <c>AddJobs()</c>.
    /// </summary>
    /// <param name="services">The container's services.</param>
    /// <param name="direct">Connection string as <c>dc_app</c> that no pooler sits behind: Quartz holds row locks between statements.</param>
    public static IServiceCollection AddScheduling(this IServiceCollection services, string direct)
    {
        services.AddSchedules();
        services.AddSingleton<ScheduleReconciler>();
        services.TryAddSingleton<TenantDirectory>();
        services.TryAddSingleton<TenantDeletion>();
        var settings = new NpgsqlConnectionStringBuilder(direct) { ApplicationName = "deviceconsole-quartz", MaxPoolSize = 10 };
        services.AddQuartz(q =>
        {
            q.ConfigureScheduler(o =>
            {
                // The instance id is left alone: Quartz makes one for each node of a cluster.
                o.InstanceName = "DeviceConsole";
                o.IdleWaitTime = TimeSpan.FromSeconds(5);
            });
            q.UseDefaultThreadPool(maxConcurrency: 5);
            q.UsePersistentStore(s =>
            {
                s.UsePostgres(settings.ConnectionString);
                s.ConfigureStore(o => o.TablePrefix = "quartz.qrtz_");
                s.UseSystemTextJsonSerializer();
                s.UseClustering(c =>
                {
                    c.CheckinInterval = TimeSpan.FromSeconds(5);
                    c.CheckinMisfireThreshold = TimeSpan.FromSeconds(10);
                });
            });
            q.AddEvery<RescueSweep>("rescue", TimeSpan.FromSeconds(5));
            q.AddEvery<ExpireSweep>("expire", TimeSpan.FromSeconds(15));
            q.AddEvery<ReconcileSweep>(ReconcileSweep.Key.Name, TimeSpan.FromSeconds(30));
            q.AddEvery<TenantDeletionSweep>("tenant-deletion", TimeSpan.FromSeconds(10));
            q.AddEvery<PartitionSweep>("partitions", TimeSpan.FromDays(1));
            q.AddEvery<RetentionSweep>("retention", TimeSpan.FromDays(1));
        });
        services.AddQuartzHostedService<Clock>();
        services.AddHostedService<ScheduleNudge>();
        return services;
    }

    // What was missed is not made up for: the next run does all there is to do.
    private static void AddEvery<T>(this IQuartzBuilder quartz, string name, TimeSpan interval)
        where T : class, IJob
    {
        var key = new JobKey(name, EngineGroup);
        quartz.AddJob<T>(j => j.WithIdentity(key).StoreDurably());
        quartz.AddTrigger<T>(t => t.ForJob(key).WithIdentity(name, EngineGroup).StartNow().WithSchedule(
            SimpleScheduleBuilder.Create().WithInterval(interval).RepeatForever().WithMisfireInstruction(SimpleTriggerMisfireInstruction.NextWithRemainingCount)));
    }
}
