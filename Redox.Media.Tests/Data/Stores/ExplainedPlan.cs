using System.Text;
using Newtonsoft.Json.Linq;

namespace Redox.Media.Tests.Data.Stores;

/// <summary>
/// One execution of a statement, as PostgreSQL's auto_explain wrote it into the server's log (log_format json, log_analyze, log_buffers).
/// </summary>
internal sealed record ExplainedPlan(string Text, IReadOnlyList<ExplainedScan> Scans)
{
    /// <summary>Reads all of a log. An entry's lines after the first begin with a tab.</summary>
    public static IEnumerable<ExplainedPlan> ReadAll(string log)
    {
        StringBuilder? json = null;
        foreach (var line in log.Split('\n'))
        {
            if (line.StartsWith('\t'))
            {
                json?.AppendLine(line);
                continue;
            }

            if (json is not null)
            {
                yield return Read(JObject.Parse(json.ToString()));
            }

            json = line.EndsWith(" plan:", StringComparison.Ordinal) ? new StringBuilder() : null;
        }
    }

    private static ExplainedPlan Read(JObject explained) => new(
        ((string)explained["Query Text"]!).Trim().TrimEnd(';'), // Npgsql removes it from a statement without parameters
        [.. explained.SelectTokens("$..['Node Type']").Select(type => (JObject)type.Parent!.Parent!).Where(IsScan)
            .Select(ExplainedScan.Read)]);

    // Function Scan, CTE Scan and the like read what the statement itself has made.
    private static bool IsScan(JObject node) =>
        ((string)node["Node Type"]!).EndsWith("Scan", StringComparison.Ordinal)
            && (node["Relation Name"] ?? node["Index Name"]) is not null;
}

/// <summary>What one node of a plan read of one table or index, all its turns together.</summary>
/// <param name="Place">The table; for a scan of an index alone the index.</param>
/// <param name="IsLed">True when an index condition leads to the rows.</param>
/// <param name="Turns">How often the node was executed.</param>
/// <param name="Rows">Rows that it read, those that it then left out included.</param>
/// <param name="Pages">Pages of tables and indexes that it looked at.</param>
internal sealed record ExplainedScan(string Type, string Place, bool IsLed, long Turns, long Rows, long Pages)
{
    public static ExplainedScan Read(JObject node)
    {
        long Number(string name) => (long?)(double?)node[name] ?? 0;
        var turns = Number("Actual Loops");
        var rows = Number("Actual Rows") + Number("Rows Removed by Filter") + Number("Rows Removed by Index Recheck");

        // A bitmap's own conditions stand in the nodes that make it, which are scans by themselves.
        var type = (string)node["Node Type"]!;
        return new ExplainedScan(
            type,
            (string?)node["Relation Name"] ?? (string)node["Index Name"]!,
            node["Index Cond"] is not null || type == "Bitmap Heap Scan",
            turns,
            rows * turns,
            Number("Shared Hit Blocks") + Number("Shared Read Blocks"));
    }
}
