using Microsoft.Extensions.Options;
using Redox.Media.Api.Configuration;
using Redox.Media.Core.SetAside;

namespace Redox.Media.Api.Support;

/// <summary>The work list of set-aside deliveries: its endpoints and the worker of its jobs.</summary>
internal static class SetAsideSetup
{
    public static void AddSetAside(this IServiceCollection services)
    {
        services.AddSingleton<SetAsideEndpoints>();
        services.AddSingleton<SetAsideWorkList>();
        services.AddSingleton<SetAsideJobs>();
        services.AddSingleton<StaffNotes>();
        services.AddSingleton(provider =>
        {
            var settings = provider.GetRequiredService<IOptions<SetAsideSettings>>().Value;
            return new SetAsideJobPace(settings.JobDeliveriesPerSecond, settings.JobLease);
        });
        services.AddSingleton<SetAsideWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<SetAsideWorker>());
    }

    public static void MapSetAside(this IEndpointRouteBuilder routes)
    {
        SetAsideEndpoints.Map(routes);
        SetAsideGroupEndpoints.Map(routes);
        SetAsideDecisionEndpoints.Map(routes);
        SetAsideJobEndpoints.Map(routes);
        NoteEndpoints.Map(routes);
    }
}
