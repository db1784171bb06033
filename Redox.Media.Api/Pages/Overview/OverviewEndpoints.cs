using System.Globalization;
using Redox.Media.Api.Security;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Statistics;

namespace Redox.Media.Api.Pages.Overview;

/// <summary>Deliveries in numbers and plots. The page shows no health information, so it leaves no row in the audit.</summary>
internal static class OverviewEndpoints
{
    public static void MapOverview(this RouteGroupBuilder pages) =>
        pages.MapGet(PageAddresses.Overview, ShowAsync).RequireSession(Policies.Trace);

    private static async Task<IResult> ShowAsync(HttpContext context, IDeliveryStatistics statistics, CancellationToken cancellation)
    {
        var name = context.Request.Query["window"].ToString();
        if (OverviewWindow.Find(name.Length == 0 ? OverviewWindow.All[0].Name : name) is not { } window)
        {
            return Page.Notice(
                context, StatusCodes.Status400BadRequest, "There is no such overview", "Overviews are of 24 hours, 7 days or 30 days.");
        }

        var isTest = context.Request.Query["test"] == "yes";
        var sources = context.GetStaff(StaffRoles.Trace)!.VisibleSources;
        try
        {
            return Page.Of<OverviewPage>(context, new OverviewModel(await statistics.ReadAsync(window, isTest, sources, cancellation)));
        }
        catch (SearchTimeoutException)
        {
            return Page.Notice(
                context, StatusCodes.Status503ServiceUnavailable, "The overview took too long",
                "It was stopped after eight seconds. A shorter window is faster: choose Overview again, which is of 24 hours.");
        }
    }
}

/// <summary>The page of an overview.</summary>
public sealed record OverviewModel(DeliveryOverview Overview)
{
    /// <summary>Sources in the plot; the table has all.</summary>
    private const int MaxSourceRows = 12;

    /// <summary>Groups of outcomes in the order in which they are stacked: the class of their fill and their name.</summary>
    public static readonly IReadOnlyList<(string Tone, string Name)> Tones =
    [
        ("good", "applied or answered"), ("plain", "nothing to do"), ("warning", "applied, look at it"), ("aside", "set aside"),
        ("bad", "rejected"),
    ];

    public int Days => OverviewWindow.Find(Overview.Window) is { Unit: "day" } window ? window.Count : 1;

    /// <summary>Such as <c>the last 24 hours</c>.</summary>
    public string WindowWords => "the last " + NameOf(Overview.Window);

    /// <summary>The outcomes that occur, in the order of the table of outcomes.</summary>
    public IReadOnlyList<string> Outcomes =>
        [.. OutcomeTable.All.Select(row => row.Name).Where(name => Overview.Outcomes.GetValueOrDefault(name) > 0)];

    /// <summary>The busiest sources, and their deliveries a day.</summary>
    public IReadOnlyList<(OverviewSource Source, double PerDay)> SourceRows =>
        [.. Overview.Sources.Take(MaxSourceRows).Select(source => (source, (double)source.Deliveries / Days))];

    public int SourcesLeftOut => Math.Max(0, Overview.Sources.Count - MaxSourceRows);

    public static string NameOf(string window) => window switch { "24h" => "24 hours", "7d" => "7 days", _ => "30 days" };

    public static long CountOf(OverviewGroup group, string tone) => group.Outcomes
        .Where(pair => OutcomeTable.All.FirstOrDefault(row => row.Name == pair.Key) is { } row && Layout.Words.ToneOf(row.Outcome) == tone)
        .Sum(pair => pair.Value);

    /// <summary>The name of a bucket of time: an hour or a day.</summary>
    public string LabelOf(OverviewTime time) =>
        time.At.UtcDateTime.ToString(Overview.Unit == "hour" ? "d MMM HH:mm" : "d MMM", CultureInfo.InvariantCulture);

    /// <summary>As short as an axis needs it.</summary>
    public string TickOf(OverviewTime time) =>
        time.At.UtcDateTime.ToString(Overview.Unit == "hour" ? "HH:mm" : "d MMM", CultureInfo.InvariantCulture);

    public static string Number(double number) => number.ToString(number < 10 ? "#,0.#" : "#,0", CultureInfo.InvariantCulture);

    public static string Milliseconds(double? number) => number is { } value ? Number(value) + " ms" : "";
}
