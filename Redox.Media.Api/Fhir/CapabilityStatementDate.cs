using Redox.Media.Api.Configuration;

namespace Redox.Media.Api.Fhir;

/// <summary>
/// The date of the last change of the capability statement: the start of this instance, or a later change of the settings that it shows.
/// </summary>
internal sealed class CapabilityStatementDate(TimeProvider time)
{
    private readonly Lock _gate = new();
    private DateTimeOffset _date = time.GetUtcNow();
    private (FhirProfile, string?, int)? _shown;

    public DateTimeOffset Of(FhirSettings settings)
    {
        var shown = (settings.Profile, settings.BaseUrl, settings.MaxRequestsPerSecond);
        lock (_gate)
        {
            if (_shown is not null && _shown != shown)
            {
                _date = time.GetUtcNow();
            }

            _shown = shown;
            return _date;
        }
    }
}
