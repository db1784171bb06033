using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using NUnit.Framework;
using Redox.Media.Api.Configuration;
using Redox.Media.Tests.Support;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace Redox.Media.Tests.Api.Configuration;

/// <summary>docs/configuration.md has a row for each setting, with its default and its range.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed partial class ConfigurationDocumentTests
{
    private static readonly Dictionary<string, string[]> Rows = ReadRows();

    private static readonly Setting[] Settings = [.. typeof(RedoxSettings).Assembly.GetTypes()
        .Where(type => type.Namespace == typeof(RedoxSettings).Namespace)
        .Select(type => (Type: type, Section: type.GetField("Section")?.GetRawConstantValue() as string))
        .Where(one => one.Section is not null)
        .SelectMany(one => Of(one.Type, one.Section!))];

    [Test]
    public void Each_setting_has_one_row()
    {
        var sections = Settings.Select(setting => setting.Key.Split(':')[0]).ToHashSet();
        var documented = Rows.Keys.Where(key => sections.Contains(key.Split(':')[0]) && !key.Contains('*', StringComparison.Ordinal));

        Assert.That(documented, Is.EquivalentTo(Settings.Select(setting => setting.Key)));
    }

    [Test]
    public void Numbers_and_times_have_their_default_and_their_range()
    {
        var wrong = new List<string>();
        var compared = 0;
        foreach (var (key, property, @default) in Settings)
        {
            var (defaultCell, rangeCell) = (Rows[key][2], Rows[key][3]);
            if (Text(@default) is { } text)
            {
                compared++;
                if (!defaultCell.Contains(text, StringComparison.Ordinal))
                {
                    wrong.Add($"{key}: default {text}, not {defaultCell}");
                }
            }

            if (property.GetCustomAttribute<RangeAttribute>() is { } range)
            {
                var (least, most) = (Text(Bound(range, range.Minimum))!, Text(Bound(range, range.Maximum))!);
                if (!rangeCell.Contains(least, StringComparison.Ordinal) || !rangeCell.Contains(most, StringComparison.Ordinal))
                {
                    wrong.Add($"{key}: {least} to {most}, not {rangeCell}");
                }
            }
        }

        Assert.That(wrong, Is.Empty, string.Join('\n', wrong));
        Assert.That(compared, Is.GreaterThan(25));
    }

    private static object Bound(RangeAttribute range, object bound) =>
        bound is string text && range.OperandType == typeof(TimeSpan) ? TimeSpan.Parse(text, CultureInfo.InvariantCulture)
        : Convert.ChangeType(bound, range.OperandType, CultureInfo.InvariantCulture);

    private static string? Text(object? value) => value switch
    {
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        int or long or double => Convert.ToString(value, CultureInfo.InvariantCulture),
        _ => null,
    };

    private static IEnumerable<Setting> Of(Type type, string section)
    {
        var defaults = type.GetConstructor([]) is null ? null : Activator.CreateInstance(type);
        foreach (var property in type.GetProperties().Where(property => property.SetMethod is { IsPublic: true }))
        {
            var key = $"{section}:{property.Name}";
            var element = ElementOf(property.PropertyType) ?? property.PropertyType;
            if (element.Namespace == type.Namespace && element.IsClass)
            {
                foreach (var inner in Of(element, key))
                {
                    yield return inner;
                }
            }
            else
            {
                yield return new Setting(key, property, defaults is null ? null : property.GetValue(defaults));
            }
        }
    }

    private static Type? ElementOf(Type type) => type == typeof(string)
        ? null
        : type.GetInterfaces().Append(type)
            .FirstOrDefault(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IEnumerable<>))
            ?.GetGenericArguments()[0];

    // `Redox:VerificationTokens:0`, … is Redox:VerificationTokens; of `A:B:C`, `:D` the second is A:B:D.
    private static Dictionary<string, string[]> ReadRows()
    {
        var rows = new Dictionary<string, string[]>();
        var lines = DocumentationFile.Read("docs/configuration.md").Split('\n');
        foreach (var line in lines.Where(line => line.StartsWith("| `", StringComparison.Ordinal)))
        {
            var cells = line.Split('|')[1..^1];
            var last = "";
            foreach (var name in Code().Matches(cells[0]).Select(match => match.Groups["name"].Value))
            {
                last = name.StartsWith(':') ? last[..last.LastIndexOf(':')] + name : Index().Replace(name, "");
                rows[last] = cells;
            }
        }

        return rows;
    }

    [GeneratedRegex("`(?<name>[^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(":(0|n|<[a-z]+>)(?=:|$)")]
    private static partial Regex Index();

    private sealed record Setting(string Key, PropertyInfo Property, object? Default);
}
