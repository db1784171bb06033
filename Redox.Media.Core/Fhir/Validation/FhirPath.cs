using System.Globalization;

namespace Redox.Media.Core.Fhir.Validation;

/// <summary>
/// Where an element stands. It becomes a text, an expression of R4's for it, when there is something to say. Names that are not R4's are
/// the sender's own words, and what is a sender's word is not repeated: such a place is called by the last one that R4 knows.
/// </summary>
internal sealed record FhirPath
{
    private readonly FhirPath? _around;
    private readonly string _name;
    /// <param name="root">The type of the resource; empty for a body that is none, whose places begin with a member.</param>
    public FhirPath(string root) => _name = root;

    private FhirPath(FhirPath around, string name) => (_around, _name) = (around, name);

    /// <summary>Its number in an array, from 0; null when it is in none.</summary>
    private int? Number { get; init; }

    /// <summary>It is somewhere in what this place is the last known name around.</summary>
    private bool IsBeyond { get; init; }

    public bool IsRoot => _around is null;

    /// <summary>True for the data of the Media's own content, which is the file.</summary>
    public bool IsFile => _name == "data" && _around is { _name: "content", _around.IsRoot: true };

    /// <param name="name">A name that may be repeated.</param>
    public FhirPath Of(string name) => IsBeyond ? this : new FhirPath(this, name);

    /// <summary>Of a member whose name may be anything.</summary>
    public FhirPath OfAny(string name) => DuplicateProperties.IsKnown(name) ? Of(name) : this with { IsBeyond = true };

    public FhirPath At(int number) => IsBeyond ? this : this with { Number = number };

    public override string ToString()
    {
        var name = _around is null || (_around.IsRoot && _around._name.Length == 0) ? _name : $"{_around}.{_name}";
        return Number is { } number ? string.Create(CultureInfo.InvariantCulture, $"{name}[{number}]") : name;
    }
}
