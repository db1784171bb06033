using System.Reflection;
using System.Text.RegularExpressions;
using NUnit.Framework;
using Redox.Media.Api.Hosting;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests;

/// <summary>docs/architecture.md names what is there.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed partial class ArchitectureDocumentTests
{
    private const BindingFlags Any =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    /// <summary>Names of protocols, not of code.</summary>
    private static readonly string[] Foreign = ["DocumentID", "ETag", "Location", "Media.FileContents", "Media.New", "Prefer"];

    private static readonly string Document = DocumentationFile.Read("docs/architecture.md");

    [Test]
    public void Every_folder_of_the_three_projects_has_one_row()
    {
        var folders = new[] { "Redox.Media.Api", "Redox.Media.Core", "Redox.Media.Data" }.SelectMany(DocumentationFile.Folders);
        var rows = Document.Split('\n').Where(line => line.StartsWith("| `Redox.Media.", StringComparison.Ordinal))
            .SelectMany(line => Folder().Matches(line.Split('|')[1]).Select(match => match.Groups["name"].Value));

        Assert.That(rows, Is.EquivalentTo(folders));
    }

    [Test]
    public void Every_type_member_and_statement_that_the_walks_name_exists()
    {
        var types = new[] { typeof(StartupBanner), typeof(DeliveryService), typeof(DataServices) }
            .SelectMany(type => type.Assembly.GetTypes()).ToLookup(type => type.Name.Split('`')[0]);
        var statements = DocumentationFile.Names("Redox.Media.Data/Sql").ToHashSet();
        var named = Code().Matches(Document[Document.IndexOf("## A delivery through the code", StringComparison.Ordinal)..])
            .Select(match => match.Groups["name"].Value).Except(Foreign).ToList();

        Assert.That(named, Has.Count.GreaterThan(70));
        Assert.That(named.Where(name => !Exists(name.Split('.'))), Is.Empty);

        bool Exists(string[] parts) => parts switch
        {
            [_, "sql"] => statements.Contains(string.Join('.', parts)),
            [var type] => types.Contains(type),
            [var type, var member] => types[type].Any(one => one.GetMember(member, Any).Length > 0),
            _ => false,
        };
    }

    [GeneratedRegex(@"`(?<name>Redox\.Media\.(?:Api|Core|Data)/\w+)`")]
    private static partial Regex Folder();

    [GeneratedRegex(@"`(?<name>[A-Z]\w+(?:\.\w+)?)`")]
    private static partial Regex Code();
}
