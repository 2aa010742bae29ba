namespace DeviceConsole.Core;

/// <summary>
/// One page of a list, by keyset: the cursor names the last row, so that page 1,000 costs what page 1 costs.
/// </summary>
/// <param name="Items">The rows, in the order asked for.</param>
/// <param name="Next">Opaque cursor of the next page; null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
