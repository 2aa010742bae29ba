using DeviceConsole.Core.DataModels;

namespace DeviceConsole.Protocols.BbfDataModel;

/// <summary>Reads the data models of the Broadband Forum and of vendors in the same form (DM Schema, TR-106 Annex A): "full" documents and sets with imports.</summary>
public sealed class BbfDataModelReader : IDataModelReader
{
    /// <inheritdoc />
    public DataModelReading Read(IReadOnlyList<DataModelFile> files, CancellationToken cancellationToken)
    {
        var remarks = new List<DataModelRemark>();
        try
        {
            return new DataModelReading(Models(files, remarks, cancellationToken), remarks, null);
        }
        catch (DataModelFormatException e)
        {
            return new DataModelReading([], remarks, new DataModelRemark(e.File, e.Line, e.Message));
        }
    }

    /// <summary>The same, with the exception that says what is wrong.</summary>
    internal static IReadOnlyList<DataModel> Models(IReadOnlyList<DataModelFile> files, List<DataModelRemark> remarks, CancellationToken cancellationToken)
    {
        var documents = new DocumentSet(files, cancellationToken);
        var tops = documents.Tops();
        if (tops.Count == 0)
        {
            throw new DataModelFormatException(files.Count == 1 ? files[0].Name : "", 0, documents.HasModels
                ? "The documents import each other in a circle."
                : "There is no model in it, only parts for other documents. Upload the document of the model together with all that it imports.");
        }

        var models = new List<DataModel>();
        foreach (var top in tops)
        {
            if (documents.Missing(top) is { Count: > 0 } missing)
            {
                throw new DataModelFormatException(top.File, 0,
                    $"It imports from {string.Join(", ", missing.Take(8))}{(missing.Count > 8 ? $" and {missing.Count - 8} more" : "")}, which {(missing.Count == 1 ? "is" : "are")} not among the files. Upload them together, for example as one zip.");
            }

            foreach (var model in top.Models.Where(m => m["name"] is { Length: > 0 and <= 200 }))
            {
                if (models.Count == DataModelLimits.Models) throw new DataModelFormatException(top.File, model.Line, $"There are more than {DataModelLimits.Models} models; upload fewer at once.");
                models.Add(new ModelBuilder(documents, cancellationToken).Build(top, model));
            }

            if (top.Spec.Length > 500) throw new DataModelFormatException(top.File, 1, "The specification's name is longer than 500 characters.");
            if (top.Spec.Length == 0) remarks.Add(new DataModelRemark(top.File, 1, "The document names no specification; models of the same name replace each other."));
        }

        return models;
    }
}
