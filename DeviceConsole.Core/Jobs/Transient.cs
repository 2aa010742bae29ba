using Npgsql;

namespace DeviceConsole.Core.Jobs;

/// <summary>
/// Repeats a transaction that PostgreSQL chose as a deadlock's victim: the one failure of a statement that says "nothing happened, ask again".
/// It can meet a device being deleted, which locks the device before its lane.
/// </summary>
internal static class Transient
{
    private const int Tries = 5;

    public static async Task<T> RetryAsync<T>(Func<Task<T>> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await work();
            }
            catch (PostgresException e) when (attempt < Tries && e.SqlState is (PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure))
            {
                await Task.Delay(Random.Shared.Next(5, 50 * attempt));
            }
        }
    }
}
