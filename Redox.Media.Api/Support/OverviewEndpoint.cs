using Microsoft.OpenApi;
using Redox.Media.Api.Hosting;
using Redox.Media.Api.Security;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Statistics;

namespace Redox.Media.Api.Support;

/// <summary>Deliveries in numbers. It shows no health information, so it leaves no row in the audit.</summary>
internal static class OverviewEndpoint
{
    public const string Address = "/support/api/overview";

    private const string Windows = "window takes 24h, 7d or 30d; 24h if it is missing.";

    public static void MapOverview(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Address, ReadAsync).RequireAuthorization(Policies.Trace).WithTags("Support").Produces<DeliveryOverview>()
            .Produces<SupportError>(StatusCodes.Status400BadRequest).Produces<SupportError>(StatusCodes.Status503ServiceUnavailable)
            .Describe(Describe);

    private static async Task<IResult> ReadAsync(HttpContext context, IDeliveryStatistics statistics, CancellationToken cancellation)
    {
        var name = context.Request.Query["window"].ToString();
        if (OverviewWindow.Find(name.Length == 0 ? OverviewWindow.All[0].Name : name) is not { } window)
        {
            return SupportResponses.BadRequest(Windows);
        }

        var isTest = string.Equals(context.Request.Query["test"], "true", StringComparison.OrdinalIgnoreCase);
        var sources = context.GetStaff(StaffRoles.Trace)!.VisibleSources;
        try
        {
            return SupportResponses.Json(await statistics.ReadAsync(window, isTest, sources, cancellation));
        }
        catch (SearchTimeoutException)
        {
            return SupportResponses.Error(
                StatusCodes.Status503ServiceUnavailable, "The overview took too long. A shorter window is faster.");
        }
    }

    private static void Describe(OpenApiOperation operation, OpenApiDocument document)
    {
        operation.Summary = "Deliveries, outcomes, sizes and durations over time and by source, and sources that are silent.";
        operation.RequireToken(document, orVerificationToken: false);
        operation.AddParameter(ParameterLocation.Query, "window", Windows);
        operation.AddParameter(ParameterLocation.Query, "test", "true for test deliveries; otherwise all others are counted.");
    }
}
