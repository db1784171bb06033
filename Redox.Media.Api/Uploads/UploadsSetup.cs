using Microsoft.Extensions.Options;
using Redox.Media.Api.Configuration;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Uploads;

namespace Redox.Media.Api.Uploads;

/// <summary>Files that clients send before their messages: their endpoints, and the worker that deletes those that have expired.</summary>
internal static class UploadsSetup
{
    public static void AddUploads(this IServiceCollection services)
    {
        services.AddSingleton(provider => Limits(
            provider.GetRequiredService<IOptions<UploadSettings>>().Value, provider.GetRequiredService<IOptions<IntakeSettings>>().Value));
        services.AddSingleton<UploadIntake>();
        services.AddSingleton<UploadEndpoint>();
        services.AddHostedService<ExpiredUploads>();
    }

    public static void MapUploads(this IEndpointRouteBuilder routes) => UploadEndpoint.Map(routes);

    // A message that is set aside is stored with its file, as base64, and read again when it is released.
    private static UploadLimits Limits(UploadSettings uploads, IntakeSettings intake) => new(
        Math.Min(uploads.MaxFileBytes, Math.Max(0, (intake.MaxBodyBytes - BodyLimits.DefaultMaxEnvelopeBytes) / 4 * 3)),
        uploads.MaxUnclaimed, uploads.MaxUnclaimedBytes, uploads.Lifetime, intake.MaxWait, intake.BodyTimeout, intake.MinBytesPerSecond);
}
