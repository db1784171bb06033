using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Api.Pages.Audit;

/// <summary>
/// What a person asks the audit: the fields of the form. They become the parameters of the interface, which reads them
/// (<see cref="Support.AuditParameters"/>), so that page and interface answer alike.
/// </summary>
public sealed partial record AuditForm
{
    private const int MaxLength = 500;

    /// <summary>The ID of a patient.</summary>
    public string Patient { get; init; } = "";

    /// <summary>The type of that ID; empty for any.</summary>
    public string Type { get; init; } = "";

    /// <summary>A caller, such as <c>staff:d.petrov</c>, or the ID of one.</summary>
    public string Who { get; init; } = "";

    public string Source { get; init; } = "";

    public string Document { get; init; } = "";

    public string Delivery { get; init; } = "";

    public string From { get; init; } = "";

    public string Until { get; init; } = "";

    public string Act { get; init; } = "";

    public string Outcome { get; init; } = "";

    public string Address { get; init; } = "";

    /// <summary>
    /// Whether an address may hold the question. It may not name a patient or a document, and nothing that was typed and can be the number
    /// of a patient.
    /// </summary>
    public bool IsAddressable => Patient.Length + Type.Length + Source.Length + Document.Length == 0
        && (Who.Length == 0 || Caller().IsMatch(Who)) && (Delivery.Length == 0 || Guid.TryParseExact(Delivery, "D", out _))
        && (Address.Length == 0 || IPAddress.TryParse(Address, out _))
        && (From + Until).All(c => char.IsAsciiDigit(c) || c is '-' or ':' or 'T' or 'Z')
        && (Act + Outcome).All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    public bool IsEmpty => Fields().All(one => one.Value.Length == 0);

    public static AuditForm Read(Func<string, string?> value)
    {
        return new AuditForm
        {
            Patient = Of("patient"), Type = Of("type"), Who = Of("who"), Source = Of("source"), Document = Of("document"),
            Delivery = Of("delivery"), From = Of("from"), Until = Of("until"), Act = Of("act"), Outcome = Of("outcome"),
            Address = Of("address"),
        };

        string Of(string name) => (value(name) ?? "").Trim() is var text && text.Length > MaxLength ? text[..MaxLength] : text;
    }

    public static AuditForm Parse(string query)
    {
        var values = QueryHelpers.ParseQuery(query);
        return Read(name => values.TryGetValue(name, out var value) ? value.ToString() : null);
    }

    /// <summary>The question as the query of an address; empty for all events.</summary>
    public override string ToString() => QueryString.Create(
        Fields().Where(field => field.Value.Length > 0).Select(field => KeyValuePair.Create(field.Name, (string?)field.Value))).ToString();

    /// <summary>The question as parameters of the interface.</summary>
    public List<KeyValuePair<string, string>> ToParameters()
    {
        var pairs = new List<KeyValuePair<string, string>>();
        Add("patient.identifier", Patient.Length == 0 ? "" : Type.Length == 0 ? Escape(Patient) : $"{Escape(Type)}|{Escape(Patient)}");
        Add("agent", Escape(Who));
        Add("entity", Document.Length > 0 ? $"{FhirNames.SourceSystem(Source)}|{Escape(Document)}" : Delivery);
        Add("date", From.Length == 0 ? "" : "ge" + From);
        Add("date", Until.Length == 0 ? "" : "le" + Until);
        Add("subtype", Act);
        Add("outcome", Outcome);
        Add("address", Address);
        return pairs;

        void Add(string name, string value)
        {
            if (value.Length > 0)
            {
                pairs.Add(KeyValuePair.Create(name, value));
            }
        }
    }

    /// <summary>What is asked twice, or half, as a sentence; null when nothing is.</summary>
    public string? Problem => Document.Length > 0 && Delivery.Length > 0 ? "Ask for a document or for a delivery, not for both."
        : Document.Length > 0 && Source.Length == 0 ? "A document needs its source: Meta.Source.ID."
        : Source.Length > 0 && Document.Length == 0 ? "A source needs a DocumentID."
        : Type.Length > 0 && Patient.Length == 0 ? "A type needs the ID of a patient." : null;

    // A token of FHIR: a backslash before what would divide it.
    private static string Escape(string text) => Divider().Replace(text, "\\$0");

    private (string Name, string Value)[] Fields() =>
    [
        ("patient", Patient), ("type", Type), ("who", Who), ("source", Source), ("document", Document), ("delivery", Delivery),
        ("from", From), ("until", Until), ("act", Act), ("outcome", Outcome), ("address", Address),
    ];

    [GeneratedRegex(@"^(engine|client:.+|staff:.+)$")]
    private static partial Regex Caller();

    [GeneratedRegex(@"[\\,|$]")]
    private static partial Regex Divider();
}
