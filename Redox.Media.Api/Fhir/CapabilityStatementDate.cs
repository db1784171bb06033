using Redox.Media.Api.Configuration;

namespace Redox.Media.Api.Fhir;

/// <summary>When what the capability statement says was last changed: the start of this instance, or a change of its settings after that.</summary>
internal sealed class CapabilityStatementDate(TimeProvider time)
{
    private readonly Lock _gate = new();
    private DateTimeOffset _date = time.GetUtcNow();
    private (FhirProfile, string?, int)? _said;

    public DateTimeOffset Of(FhirSettings settings)
    {
        var says = (settings.Profile, settings.BaseUrl, settings.MaxRequestsPerSecond);
        lock (_gate)
        {
            if (_said is not null && _said != says)
            {
                _date = time.GetUtcNow();
            }

            _said = says;
            return _date;
        }
    }
}
