namespace DeviceConsole.Core.DataModels;

/// <summary>One uploaded document.</summary>
public sealed record DataModelFile(string Name, ReadOnlyMemory<byte> Content);

/// <summary>Something to know about one document; <paramref name="Line"/> counts from 1, 0 where it is about the whole.</summary>
public sealed record DataModelRemark(string File, int Line, string Message);

/// <summary>What a set of documents came to: models, or the error that stood in the way.</summary>
public sealed record DataModelReading(IReadOnlyList<DataModel> Models, IReadOnlyList<DataModelRemark> Remarks, DataModelRemark? Error);

/// <summary>Reads data models from documents: pure, no database, no network. Implemented with the protocols.</summary>
public interface IDataModelReader
{
    /// <summary>
    /// The models of those documents that no other of the set imports. All that they import has to be in the set. Never throws for what
    /// the documents hold; bounded in time and memory by their size.
    /// </summary>
    DataModelReading Read(IReadOnlyList<DataModelFile> files, CancellationToken cancellationToken);
}
