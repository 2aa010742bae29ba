using System.Data.Common;

namespace DeviceConsole.Web.Hosting;

/// <summary>Finds values that were copied from an example and never replaced.</summary>
public static class Placeholders
{
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "password", "passw0rd", "postgres", "secret", "changeme", "changeit", "change-me", "change_me", "placeholder", "replace-me", "replaceme",
        "todo", "example", "default", "admin", "administrator", "test", "deviceconsole", "dc_app", "dc_migrator", "dc_backup", "12345678", "…", "...", "xxx",
    };

    /// <summary>True for a word that everybody would try, and for what stands in brackets or repeats one character.</summary>
    public static bool IsOne(string value)
    {
        var text = value.Trim();
        return Words.Contains(text) || text is ['<', .., '>'] or ['$', '{', .., '}'] || text.Length > 0 && text.All(c => c == text[0])
            || text.StartsWith("changeme", StringComparison.OrdinalIgnoreCase) || text.StartsWith("your-", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Throws <see cref="StartupException"/> where the password of a connection string is one.</summary>
    public static void RefuseIn(string setting, string? connectionString)
    {
        if (PasswordOf(connectionString) is { } password && IsOne(password))
            throw new StartupException($"The password in {setting} is a placeholder that everybody would try: give the database role one of its own and write it there.");
    }

    /// <summary>The password of a connection string; null where there is none.</summary>
    public static string? PasswordOf(string? connectionString)
    {
        if (string.IsNullOrWhiteSpace(connectionString)) return null;
        var parts = new DbConnectionStringBuilder();
        try
        {
            parts.ConnectionString = connectionString;
        }
        catch (ArgumentException e)
        {
            throw new StartupException($"A connection string cannot be read ({e.Message.TrimEnd('.')}); write it like Host=db;Database=deviceconsole;Username=dc_app;Password=….");
        }
        foreach (var key in (string[])["Password", "PWD"])
            if (parts.TryGetValue(key, out var value) && value is string { Length: > 0 } text) return text;
        return null;
    }
}
