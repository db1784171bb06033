using NUnit.Framework;
using Redox.Media.Api.Fhir;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>The permissions of scopes of both versions.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class SmartScopesTests
{
    [TestCase("system/Media.c", "c")]
    [TestCase("system/Media.r", "r")]
    [TestCase("system/Media.u", "u")]
    [TestCase("system/Media.d", "d")]
    [TestCase("system/Media.s", "s")]
    [TestCase("system/Media.rs", "rs")]
    [TestCase("system/Media.cruds", "cruds")]
    [TestCase("user/Media.cs", "cs")]
    [TestCase("system/*.s", "s")]
    [TestCase("system/Media.read", "rs")]
    [TestCase("system/Media.write", "cud")]
    [TestCase("system/Media.*", "cruds")]
    [TestCase("system/*.*", "cruds")]
    [TestCase("system/DocumentReference.cruds", "")]
    [TestCase("system/Media.c system/Media.s", "cs")]
    [TestCase("", "")]
    public void A_scope_permits_what_it_names_and_nothing_else(string scopes, string permitted) =>
        Assert.That(
            SmartScopes.Letters(SmartScopes.For(FhirResourceType.Media, scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries))),
                Is.EqualTo(permitted));

    [TestCase("system/Media.")]
    [TestCase("system/Media")]
    [TestCase("system/Media.sr")]
    [TestCase("system/Media.cc")]
    [TestCase("system/Media.reads")]
    [TestCase("system/media.read")]
    [TestCase("patient/Media.read")]
    [TestCase("System/Media.read")]
    [TestCase("system/Media.read ")]
    [TestCase("system/Media.read\n")]
    [TestCase("*/*.*")]
    [TestCase("openid")]
    public void An_invalid_scope_permits_nothing(string scope)
    {
        Assert.That(SmartScopes.IsOne(scope), Is.False);
        Assert.That(SmartScopes.For(FhirResourceType.Media, [scope]), Is.EqualTo(Permissions.None));
    }
}
