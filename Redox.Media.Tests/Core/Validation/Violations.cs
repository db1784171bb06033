using System.Text;
using Redox.Media.Core.Validation;
using Redox.Media.Tests.Data.Migrations;

namespace Redox.Media.Tests.Core.Validation;

/// <summary>What the real catalog, loaded once, finds in a message.</summary>
internal static class Violations
{
    public static readonly SchemaCatalog Catalog = new();

    public static IReadOnlyList<Violation> In(string eventName, SchemaMessage message) => Catalog.Validate(eventName, message.Utf8);

    public static IReadOnlyList<Violation> In(string eventName, string json) => Catalog.Validate(eventName, Encoding.UTF8.GetBytes(json));
}
