using Microsoft.Extensions.Options;
using Redox.Media.Api.Configuration;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Api.Hosting;

/// <summary>The reading of bodies, by the settings of the section <c>Intake</c>.</summary>
internal static class IntakeSetup
{
    public static void AddIntake(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var settings = provider.GetRequiredService<IOptions<IntakeSettings>>().Value;
            return new IntakeBudget(
                settings.MemoryBudgetBytes,
                provider.GetRequiredService<TimeProvider>(),
                new IntakeShares(settings.EngineShare, settings.ClientShare));
        });
        services.AddSingleton(provider =>
        {
            var settings = provider.GetRequiredService<IOptions<IntakeSettings>>().Value;
            var limits = new BodyLimits
            {
                MaxBodyBytes = settings.MaxBodyBytes,
                BodyTimeout = settings.BodyTimeout,
                MinBytesPerSecond = settings.MinBytesPerSecond,
            };
            return new BodyReader(limits, provider.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton(provider =>
            new RejectedBodyLimit(provider.GetRequiredService<IOptions<IntakeSettings>>().Value.MaxRejectedBytesPerDay));
        services.AddSingleton<RequestBodyReader>();
    }
}
