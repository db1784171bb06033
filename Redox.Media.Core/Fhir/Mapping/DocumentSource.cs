using System.Text.Json;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>A stored document for the mappers: its Redox message and the resource that it was created as, each parsed once.</summary>
/// <param name="document">What the store returned.</param>
/// <param name="contentUrl">The address of the content at this service; null when the content is not stored here.</param>
internal sealed class DocumentSource(FoundMedia document, string? contentUrl = null) : IDisposable
{
    private readonly JsonDocument? _resource =
        document.Resource is { } resource ? JsonDocument.Parse(resource, JsonText.DocumentOptions) : null;
    private JsonDocument? _message;

    public FoundMedia Document => document;

    public string? ContentUrl => contentUrl;

    /// <summary>True for a document that was created as a FHIR resource, false for one from Redox.</summary>
    public bool IsResource => _resource is not null;

    /// <summary>The Media as it was received; undefined for a document from Redox.</summary>
    public JsonElement Resource => _resource?.RootElement ?? default;

    /// <summary>The Redox message.</summary>
    public JsonElement Message => (_message ??= JsonDocument.Parse(document.Envelope!.Value, JsonText.DocumentOptions)).RootElement;

    /// <summary>Whether the message came with <c>Meta.Test</c>.</summary>
    public bool IsTest => JsonText.Member(FhirJson.Object(Message, "Meta"u8), "Test"u8) is { ValueKind: JsonValueKind.True };

    /// <summary>The <c>Media</c> object of the Redox message.</summary>
    public JsonElement RedoxMedia => FhirJson.Object(Message, "Media"u8);

    public string? ContentType => IsResource
        ? FhirJson.Text(FhirJson.Object(Resource, "content"u8), "contentType"u8)
        : FileTypes.ContentType(JsonText.Scalar(RedoxMedia, "FileType"u8));

    public string? Title => IsResource ? FhirJson.Text(FhirJson.Object(Resource, "content"u8), "title"u8)
        : JsonText.Scalar(RedoxMedia, "FileName"u8) is { } name && !string.IsNullOrWhiteSpace(name)
            ? FhirJson.ReplaceIllegalCharacters(name)
        : null;

    public void Dispose()
    {
        _resource?.Dispose();
        _message?.Dispose();
    }
}
