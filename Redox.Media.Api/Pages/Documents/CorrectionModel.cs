using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Pages.Documents;

/// <summary>The page on which an act is confirmed.</summary>
/// <param name="Document">The document as it is now: the form carries its version.</param>
public sealed record CorrectionModel(CorrectionAct Act, DocumentHistory Document)
{
    public CorrectionForm Form { get; init; } = new();

    /// <summary>Whether staff have moved it, and not back.</summary>
    public bool IsMoved { get; init; }

    /// <summary>Whose it is now; null while values are not shown, and where that is not recorded.</summary>
    public IReadOnlyList<PatientIdentifier>? Patient { get; init; }

    /// <summary>Why what was sent was not done; null for a page that was not sent.</summary>
    public string? Problem { get; init; }

    public string? Obstacle => Act.Obstacle(Document, IsMoved);

    /// <summary>The address of a page about this document.</summary>
    public string Of(string page) => DocumentAddress.Of(page, Document.Source, Document.DocumentId, Document.Test);
}

/// <summary>What a person has entered.</summary>
public sealed record CorrectionForm
{
    /// <summary>Rows for identifiers on a new form.</summary>
    public const int Rows = 2;

    public string? Choice { get; init; }

    public string? Reason { get; init; }

    /// <summary>The version of the document that the person saw.</summary>
    public string? Version { get; init; }

    /// <summary>The identifiers of the right patient, with empty rows.</summary>
    public IReadOnlyList<(string Id, string IdType)> Patient { get; init; } = [.. Enumerable.Repeat(("", ""), Rows)];

    public string Visit { get; init; } = "";

    /// <summary>Whether another row was asked for, and nothing else.</summary>
    public bool WantsRow { get; init; }

    public static async Task<CorrectionForm> ReadAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var types = form["patient-type"];
        return new CorrectionForm
        {
            Choice = form["choice"],
            Reason = form["reason"],
            Version = form["version"],
            Patient = [.. form["patient-id"].Select((id, row) => (id ?? "", (types.Count > row ? types[row] : null) ?? ""))],
            Visit = form["visit"].ToString(),
            WantsRow = form.ContainsKey("another"),
        };
    }

    /// <summary>The identifiers without empty rows; null when one has no ID or no type.</summary>
    public IReadOnlyList<PatientIdentifier>? Identifiers()
    {
        var rows = Patient.Select(one => (Id: one.Id.Trim(), IdType: one.IdType.Trim())).Where(one => one != ("", "")).ToList();
        return rows.Count == 0 || rows.Any(one => one.Id.Length == 0 || one.IdType.Length == 0) ? null
            : [.. rows.Select(one => new PatientIdentifier(one.Id, one.IdType)).Distinct()];
    }
}
