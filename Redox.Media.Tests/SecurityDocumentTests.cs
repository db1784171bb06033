using System.Text.RegularExpressions;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests;

/// <summary>docs/security.md names what exists, and has a row for each requirement of OWASP ASVS 5.0.0, levels 1 and 2.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed partial class SecurityDocumentTests
{
    /// <summary>
    /// The number of requirements of levels 1 and 2 by section; within a section they are the first ones. Source: OWASP ASVS 5.0.0.
    /// </summary>
    private static readonly Dictionary<string, int> Requirements = new()
    {
        ["1.1"] = 2, ["1.2"] = 9, ["1.3"] = 11, ["1.4"] = 3, ["1.5"] = 2, ["2.1"] = 3, ["2.2"] = 3, ["2.3"] = 4, ["2.4"] = 1,
        ["3.2"] = 2, ["3.3"] = 4, ["3.4"] = 6, ["3.5"] = 5, ["3.7"] = 2, ["4.1"] = 3, ["4.2"] = 1, ["4.3"] = 2, ["4.4"] = 4,
        ["5.1"] = 1, ["5.2"] = 3, ["5.3"] = 2, ["5.4"] = 3, ["6.1"] = 3, ["6.2"] = 12, ["6.3"] = 4, ["6.4"] = 4, ["6.5"] = 5,
        ["6.6"] = 3, ["6.8"] = 4, ["7.1"] = 3, ["7.2"] = 4, ["7.3"] = 2, ["7.4"] = 5, ["7.5"] = 2, ["7.6"] = 2, ["8.1"] = 2,
        ["8.2"] = 3, ["8.3"] = 1, ["8.4"] = 1, ["9.1"] = 3, ["9.2"] = 4, ["10.1"] = 2, ["10.2"] = 2, ["10.3"] = 4, ["10.4"] = 11,
        ["10.5"] = 5, ["10.6"] = 2, ["10.7"] = 3, ["11.1"] = 2, ["11.2"] = 3, ["11.3"] = 3, ["11.4"] = 4, ["11.5"] = 1, ["11.6"] = 1,
        ["12.1"] = 3, ["12.2"] = 2, ["12.3"] = 4, ["13.1"] = 1, ["13.2"] = 5, ["13.3"] = 2, ["13.4"] = 5, ["14.1"] = 2, ["14.2"] = 4,
        ["14.3"] = 3, ["15.1"] = 3, ["15.2"] = 3, ["15.3"] = 7, ["16.1"] = 1, ["16.2"] = 5, ["16.3"] = 4, ["16.4"] = 3, ["16.5"] = 3,
        ["17.1"] = 1, ["17.2"] = 4, ["17.3"] = 2,
    };

    [Test]
    public void Every_requirement_of_ASVS_levels_1_and_2_has_a_row()
    {
        var rows = Row().Matches(DocumentationFile.Read("docs/security.md")).Select(row => row.Groups["number"].Value);

        Assert.That(rows, Is.EqualTo(Requirements.SelectMany(section =>
            Enumerable.Range(1, section.Value).Select(number => $"{section.Key}.{number}"))));
    }

    [Test]
    public void Every_file_and_test_class_that_it_names_exists()
    {
        var files = new[] { "Redox.Media.Api", "Redox.Media.Core", "Redox.Media.Data", "Redox.Media.Tests" }
            .SelectMany(project => DocumentationFile.Names(project)).Append("Directory.Packages.props").ToHashSet();
        var named = Name().Matches(DocumentationFile.Read("docs/security.md")).Select(match => match.Groups["name"].Value).ToHashSet();

        Assert.That(named, Has.Count.GreaterThan(60));
        Assert.That(named.Where(name => !files.Contains(name) && !files.Contains(name + ".cs")), Is.Empty);
    }

    [GeneratedRegex(@"^\| (?<number>\d+\.\d+\.\d+) \| [^|]+ \| (met|partly|not met|operator|–) \| [^|]+ \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<name>[\w.]+\.(?:cs|sql|props)|\w+Tests|StrictFhirHandler)`")]
    private static partial Regex Name();
}
