namespace DeviceConsole.Benchmarks;

/// <summary>One benchmark, by the name that is typed to run it.</summary>
internal interface IScenario
{
    /// <summary>Short, in lower case.</summary>
    string Name { get; }

    /// <summary>One line for the list of scenarios.</summary>
    string Description { get; }

    /// <summary>Runs the product and its baselines in turns, and reports each figure.</summary>
    Task RunAsync(BenchReport report, CancellationToken cancellationToken);
}
