using NUnit.Framework;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>A running service for each test class of the FHIR API, with a client that has a source of its own.</summary>
[Category("Database")]
public abstract class FhirFixture
{
    private FhirService? _fhir;

    internal FhirService Fhir => _fhir!;

    /// <summary>Settings beside those of every <see cref="FhirService"/>.</summary>
    protected virtual (string Key, string? Value)[] Settings => [];

    [OneTimeSetUp]
    public async Task Start_the_service() => _fhir = await FhirService.StartAsync(Settings);

    [OneTimeTearDown]
    public async Task Stop_the_service()
    {
        if (_fhir is not null)
        {
            await _fhir.DisposeAsync();
        }
    }
}
