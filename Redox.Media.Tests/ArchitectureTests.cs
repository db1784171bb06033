using System.Reflection;
using NUnit.Framework;
using Redox.Media.Api.Hosting;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data;
using Redox.Media.Data.LocalPostgres;
using Redox.Media.Data.Migrations;
using Redox.Media.Data.Resilience;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests;

/// <summary>The walls between the projects: Api → Core ← Data.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class ArchitectureTests
{
    private static readonly Assembly Core = typeof(DeliveryService).Assembly;
    private static readonly Assembly Data = typeof(DataServices).Assembly;
    private static readonly Assembly Api = typeof(StartupBanner).Assembly;

    [Test]
    public void Core_knows_neither_the_web_nor_the_database()
    {
        Assert.That(
            References(Core)
                .Where(name => StartsWithAny(name, "Microsoft.AspNetCore", "Npgsql", "Dapper", "Polly", "Redox.Media")), Is.Empty);
    }

    [Test]
    public void Data_knows_Core_and_not_the_web()
    {
        Assert.That(References(Data), Does.Contain("Redox.Media.Core"));
        Assert.That(References(Data).Where(name => StartsWithAny(name, "Microsoft.AspNetCore", "Redox.Media.Api")), Is.Empty);
    }

    [Test]
    public void Api_speaks_to_the_database_through_Core_alone()
    {
        Assert.That(References(Api).Where(name => StartsWithAny(name, "Npgsql", "Dapper")), Is.Empty);
    }

    [Test]
    public void Api_uses_Polly_for_remote_hosts_alone()
    {
        var polly = References(Api).Where(name => StartsWithAny(name, "Polly"));
        Assert.That(polly, Is.EqualTo(new[] { "Polly.Core" }));
        Assert.That(
            DocumentationFile.ReadAll("Redox.Media.Api", "*.cs").Where(text => text.Contains("using Polly", StringComparison.Ordinal)),
            Has.All.Contains("namespace Redox.Media.Api.Outbound"));
    }

    [Test]
    public void Data_shows_only_what_the_composition_needs()
    {
        Assert.That(Data.GetExportedTypes().Select(type => type.FullName), Is.EquivalentTo(new[]
        {
            "Redox.Media.Data.ConnectionStringException",
            "Redox.Media.Data.ConsolePool",
            "Redox.Media.Data.DataServices",
            "Redox.Media.Data.DatabasePool",
            "Redox.Media.Data.Resilience.IDatabaseReadiness",
            "Redox.Media.Data.LocalPostgres.LocalPostgresSupervisor",
            "Redox.Media.Data.LocalPostgres.LocalPostgresCluster",
            "Redox.Media.Data.LocalPostgres.LocalPostgresException",
            "Redox.Media.Data.LocalPostgres.LocalPostgresOptions",
            "Redox.Media.Data.Migrations.MigrationException",
            "Redox.Media.Data.Migrations.Migrator",
            "Redox.Media.Data.Migrations.OwnerMigration",
        }));
    }

    [Test]
    public void Classes_are_sealed_unless_others_derive_from_them()
    {
        var types = new[] { Core, Data, Api }.SelectMany(assembly => assembly.GetTypes()).ToList();
        var bases = types.Select(type => type.BaseType).OfType<Type>()
            .Select(type => type.IsGenericType ? type.GetGenericTypeDefinition() : type).ToHashSet();
        var open = types.Where(type => type is { IsClass: true, IsAbstract: false, IsSealed: false } && !bases.Contains(type)
            && type.GetCustomAttribute<System.Runtime.CompilerServices.CompilerGeneratedAttribute>() is null
            && !typeof(Microsoft.AspNetCore.Components.IComponent).IsAssignableFrom(type) // Razor makes them, open
            && type.Name != "_Imports" && type.Namespace?.StartsWith("Redox.Media", StringComparison.Ordinal) == true && !type.FullName!.Contains('<'));
        Assert.That(open, Is.Empty);
    }

    private static List<string> References(Assembly assembly) => [.. assembly.GetReferencedAssemblies().Select(name => name.Name!)];

    private static bool StartsWithAny(string text, params string[] beginnings) =>
        beginnings.Any(beginning => text.StartsWith(beginning, StringComparison.Ordinal));
}
