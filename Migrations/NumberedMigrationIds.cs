using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceConsole.Migrations;

/// <summary>
/// Migrations are named by four digits and a name (<c>0007_audit_events</c>). EF Core's own rule wants fourteen digits of a
/// time, and looking up a target by a shorter id fails.
/// </summary>
public sealed partial class NumberedMigrationIds : IMigrationsIdGenerator
{
    private const int PrefixLength = 5;

    /// <inheritdoc />
    public string GenerateId(string name) => throw new NotSupportedException("Migrations are numbered by hand.");

    /// <inheritdoc />
    public string GetName(string id) => IsValidId(id) ? id[PrefixLength..] : id;

    /// <inheritdoc />
    public bool IsValidId(string value) => Id().IsMatch(value);

    [GeneratedRegex("^[0-9]{4}_.+$")]
    private static partial Regex Id();
}
