using System.Globalization;
using Redox.Media.Api.Fhir;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Fhir.Search;

namespace Redox.Media.Api.Support;

/// <summary>
/// Reads the parameters of a question to the audit: those of IHE's ITI-81 that the audit can answer. An unknown one is an error, because a
/// question without it would have another answer. Source: IHE RESTful ATNA, ITI-81; FHIR R4, AuditEvent, search parameters.
/// </summary>
internal sealed class AuditParameters(string serviceBase)
{
    public const int DefaultCount = 50, MaxCount = 200;

    public const string CountParameter = "_count";

    private const string DateRule =
        "date takes a date or a time of FHIR after one of the prefixes eq, gt, ge, lt, le, sa, eb or none; for a range it is given twice.";

    private const string EntityRule =
        "entity takes one Media/{id} or Media/{id}/_history/{version}, one DocumentID as urn:redox:source:{source}|{DocumentID}, or one "
        + "delivery ID.";

    private static readonly string SubtypeRule = "subtype takes names of acts: "
        + string.Join(", ", Enum.GetValues<AuditAct>().Select(AuditNames.Of)) + ".";

    private FhirId? _document;

    /// <summary>What is asked; <see cref="ResolveAsync"/> completes it.</summary>
    public AuditQuestion Question { get; private set; } = new();

    public int Count { get; private set; } = DefaultCount;

    /// <summary>Identifiers without a type, whose types the answer names.</summary>
    private readonly List<string> _untyped = [];

    /// <summary>Why the question is invalid, without a value that was sent; null if it is valid.</summary>
    public string? Read(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in pairs)
        {
            if (value.Length == 0)
            {
                return $"{SearchParameters.PlainName(name)} needs a value.";
            }

            var problem = Apply(name, value);
            if (problem is null && name != "date" && !seen.Add(name.Replace(".identifier", "", StringComparison.Ordinal)))
            {
                problem = $"{name} may be given once.";
            }

            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>Completes the question from the database; returns what the answer says of it.</summary>
    public async Task<IReadOnlyList<string>> ResolveAsync(IAuditSearch search, CancellationToken cancellation)
    {
        if (_document is { } id)
        {
            Question = Question with { Documents = await search.FindDocumentsAsync(id, cancellation) };
        }

        if (_untyped.Count == 0)
        {
            return [];
        }

        var keys = new Dictionary<Guid, PatientIdentifier>(Question.Patients ?? new Dictionary<Guid, PatientIdentifier>());
        var searched = new SortedSet<string>(AuditPatients.UsualTypes, StringComparer.Ordinal);
        foreach (var value in _untyped)
        {
            var known = await search.FindIdTypesAsync(value, cancellation);
            searched.UnionWith(known.OfType<string>());
            IEnumerable<string?> types = [null, .. AuditPatients.UsualTypes, .. known];
            foreach (var (key, identifier) in AuditPatients.AskedKeys(types.Select(type => new PatientIdentifier(value, type))))
            {
                keys.TryAdd(key, identifier);
            }
        }

        Question = Question with { Patients = keys };
        return
        [
            "patient.identifier without a system was searched as an ID without a type, and of these types: "
            + string.Join(", ", searched) + ".",
        ];
    }

    private string? Apply(string name, string value) => name switch
    {
        "date" => Date(value),
        "patient.identifier" => Patient(value),
        "agent" or "agent.identifier" => Agent(value),
        "entity" or "entity.identifier" => Entity(value),
        "address" => Set(Question with { Address = value }),
        "outcome" => Outcome(value),
        "subtype" => Subtype(value),
        CountParameter => ReadCount(value),
        _ => $"{SearchParameters.PlainName(name)} is not a parameter of the audit, which takes date, patient.identifier, agent, entity, "
            + "outcome, subtype, address, _count and _format.",
    };

    private string? Date(string value)
    {
        var prefix = value.Length > 2 && char.IsAsciiLetter(value[0]) ? value[..2] : "";
        if (!FhirDate.TryRead(value[prefix.Length..].Replace(' ', '+'), out var date))
        {
            return DateRule;
        }

        (DateTimeOffset? From, DateTimeOffset? Until)? range = prefix switch
        {
            "" or "eq" => (date.From, date.To),
            "ge" => (date.From, null),
            "gt" or "sa" => (date.To, null),
            "lt" or "eb" => (null, date.From),
            "le" => (null, date.To),
            _ => null,
        };
        if (range is not var (from, until))
        {
            return DateRule;
        }

        return Set(Question with
        {
            From = Question.From is { } begin && !(from > begin) ? begin : from,
            Until = Question.Until is { } end && !(until < end) ? end : until,
        });
    }

    // A request that asks for the ID without its type may mean this patient.
    private string? Patient(string value)
    {
        if (Tokens(value) is not { } tokens)
        {
            return "patient.identifier takes an ID, or a system or type and an ID: urn:redox:{source}:{IDType}|{ID} or {IDType}|{ID}.";
        }

        _untyped.AddRange(tokens.Where(token => token.System is null).Select(token => token.Code));
        var typed = tokens.Where(token => token.System is not null).SelectMany(token => (PatientIdentifier[])
            [new(token.Code, AuditPatients.TypeOf(token.System!)), new(token.Code, null)]);
        return Set(Question with { Patients = AuditPatients.Keys(typed) });
    }

    private string? Agent(string value) => Tokens(value) is { } tokens
        ? Set(Question with { Agents = [.. tokens.SelectMany(Agents).Distinct()] })
        : "agent takes engine, client:{ID}, staff:{name}, or the ID of a client, a member of staff or a requester.";

    private static IEnumerable<string> Agents(FhirToken token) =>
        token.System?.EndsWith("/client", StringComparison.Ordinal) == true ? ["client:" + token.Code]
        : token.System?.EndsWith("/staff", StringComparison.Ordinal) == true ? ["staff:" + token.Code]
        : [token.Code, "client:" + token.Code, "staff:" + token.Code];

    private string? Entity(string value)
    {
        var text = value.StartsWith(serviceBase + "/", StringComparison.Ordinal) ? value[(serviceBase.Length + 1)..] : value;
        if (text.Split('/') is [nameof(FhirResourceType.Media) or nameof(FhirResourceType.DocumentReference), var id, .. var version]
            && FhirId.TryParse(id, out var document))
        {
            _document = document;
            Question = Question with { Documents = [] };
            return version switch
            {
                [] => null,
                ["_history", var vid] when Guid.TryParseExact(vid, "D", out var guid) =>
                    Set(Question with { Version = new DeliveryId(guid) }),
                _ => EntityRule,
            };
        }

        if (Tokens(text) is not [var token])
        {
            return EntityRule;
        }

        if (token.System is { } system && FhirNames.SourceOf(system) is { } source)
        {
            return Set(Question with
            {
                Documents = [DocumentKey.Of(source, token.Code), DocumentKey.Of(source, token.Code, isTest: true)],
            });
        }

        return Guid.TryParseExact(token.Code, "D", out var delivery)
            ? Set(Question with { Delivery = new DeliveryId(delivery) })
            : EntityRule;
    }

    private string? Outcome(string value)
    {
        var outcomes = Tokens(value)?.Select(token => AuditEventWriter.OutcomesOf(token.Code)).ToList();
        return outcomes is null || outcomes.Contains(null)
            ? "outcome takes 0 (success), 4 (not found or failed), 8 (refused) and 12, with commas between several."
            : Set(Question with { Outcomes = [.. outcomes.SelectMany(some => some!).Distinct()] });
    }

    private string? Subtype(string value)
    {
        var acts = Tokens(value)?.Select(token => AuditNames.ParseAct(token.Code)).ToList();
        return acts is null || acts.Contains(null)
            ? SubtypeRule : Set(Question with { Acts = [.. acts.OfType<AuditAct>().Distinct()] });
    }

    private string? ReadCount(string value)
    {
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count == 0)
        {
            return "_count takes a number of stored events from 1 on.";
        }

        Count = Math.Min(count, MaxCount);
        return null;
    }

    private IReadOnlyList<FhirToken>? Tokens(string value) => new SearchValues(value, null, serviceBase).Tokens();

    private string? Set(AuditQuestion question)
    {
        Question = question;
        return null;
    }
}
