using System.Text;
using DeviceConsole.Core.DataModels;
using DeviceConsole.Protocols.BbfDataModel;

namespace DeviceConsole.Tests.Protocols.BbfDataModel;

/// <summary>Random bytes and damaged documents: an error in a sentence or a model, and nothing else.</summary>
public sealed class HostileDocumentTests
{
    private static int Rounds => Environment.GetEnvironmentVariable("DEVICECONSOLE_TEST_FULL") == "1" ? 200_000 : 3_000;

    private static readonly string[] Pieces =
    [
        "<", ">", "/>", "</", "&", ";", "\"", "'", "{{", "}}", "|", "<!DOCTYPE d [", "<!ENTITY a \"b\">", "]>", "<![CDATA[", "]]>", "<!--", "-->", "<object name=\"X.\">", "<component ref=\"C\"/>",
        "<component name=\"C\">", "<dataType ref=\"T\"/>", "<dataType name=\"T\" base=\"T\"/>", "<list/>", "<range minInclusive=\"9999999999999999999999999999999999\"/>", "base=", "name=\"\"", "\0", "é", "\uFFFF",
    ];

    private static readonly byte[] Sample = BbfFiles.Document("x.xml", "urn:x",
        """
        <import file="y.xml" spec="urn:y-1"><dataType name="T"/></import><template id="N">Text {{param}}</template>
        <dataType name="U" base="V"><size maxLength="9"/></dataType><dataType name="V"><string><pattern value="a*"/></string></dataType>
        <component name="C"><parameter name="P" access="readWrite"><description>Is ''it'' {{template|N}} {{enum|{{param|A}}}}?</description><syntax hidden="true"><list maxItems="2"/><dataType ref="U"/><default type="object" value="1"/></syntax></parameter></component>
        <model name="X:1"><object name="X." access="readOnly"><component ref="C"/></object><object name="X.T.{i}." access="readWrite" minEntries="0" maxEntries="unbounded"><uniqueKey><parameter ref="P"/></uniqueKey>
        <component ref="C"/><command name="Do()" async="true"><input><parameter name="In"><syntax><int><range minInclusive="-1" maxInclusive="5"/></int></syntax></parameter></input></command><event name="Done!"/></object></model>
        """).Content.ToArray();

    [Fact]
    public void The_sample_is_a_model_as_it_stands() =>
        new BbfDataModelReader().Read([new DataModelFile("x.xml", Sample)], default).Error!.Message.Should().Contain("y.xml");

    [Fact]
    public void Damaged_documents_and_random_bytes_give_a_sentence_or_a_model()
    {
        var random = new Random(20_261_122);
        var reader = new BbfDataModelReader();
        var other = BbfFiles.Document("y.xml", "urn:y-1-0", "<dataType name=\"T\"><string/></dataType>");
        var (models, errors) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = round % 10 == 0 ? Noise(random) : Damage(random);
            var reading = reader.Read([new DataModelFile("x.xml", bytes), other], default);
            if (reading.Error is null) models++;
            else errors++;
            (reading.Error is null || reading.Error.Message.Length is > 10 and < 2000).Should().BeTrue();
        }

        models.Should().BePositive("some damage is harmless");
        errors.Should().BePositive();
    }

    private static byte[] Noise(Random random)
    {
        var bytes = new byte[random.Next(400)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Damage(Random random)
    {
        var bytes = new List<byte>(Sample);
        for (var n = random.Next(1, 5); n > 0; n--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
                default:
                    bytes.InsertRange(at, Sample.AsSpan(random.Next(Sample.Length - 60), 60).ToArray());
                    break;
            }

            if (bytes.Count == 0) return [];
        }

        return [.. bytes];
    }
}
