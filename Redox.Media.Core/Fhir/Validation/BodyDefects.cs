using System.Text.Json;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Validation;

/// <summary>The issues that the parser found in a body, and contradictions between the file and its resource.</summary>
internal static class BodyDefects
{
    /// <summary>The issues of a body that cannot be parsed.</summary>
    public static IEnumerable<FhirIssue> Of(ParsedMessage body)
    {
        if (body.Defect.HasFlag(MessageDefect.TimedOut))
        {
            yield return FhirIssue.Malformed(IssueCodes.Timeout, null, "The body took too long to arrive.");
        }
        else if (body.Defect.HasFlag(MessageDefect.Truncated))
        {
            yield return FhirIssue.Malformed(IssueCodes.Structure, null, "The body ended before it was complete.");
        }
        else if (body.Defect.HasFlag(MessageDefect.EnvelopeTooLarge))
        {
            yield return FhirIssue.Malformed(
                IssueCodes.TooLong, null, $"A resource may have at most {BodyLimits.DefaultMaxEnvelopeBytes} bytes besides its file.");
        }
        else if (body.Defect.HasFlag(MessageDefect.NotJson))
        {
            var where = body.DefectPosition is { } position ? $" (from byte {position})" : "";
            yield return FhirIssue.Malformed(IssueCodes.Structure, null, $"The body is not JSON{where}.");
        }
        else if (body.Defect.HasFlag(MessageDefect.NotUtf8))
        {
            yield return FhirIssue.Malformed(IssueCodes.Structure, null, "The body must be UTF-8.");
        }
        else if (body.Defect.HasFlag(MessageDefect.TooDeep))
        {
            yield return FhirIssue.Malformed(IssueCodes.Structure, null, "The body is nested too deeply.");
        }
    }

    /// <summary>The issues of the file as a base64Binary.</summary>
    public static IEnumerable<FhirIssue> OfFile(ParsedMessage body, JsonElement media)
    {
        const string data = "Media.content.data";
        if (body.Defect.HasFlag(MessageDefect.RepeatedFile))
        {
            yield return FhirIssue.Malformed(IssueCodes.Structure, data, data + " must not occur more than once.");
        }

        if (JsonText.Member(FhirJson.Object(media, "content"u8), "data"u8) is not { ValueKind: JsonValueKind.String })
        {
            if (body.File != FileEncoding.Absent)
            {
                // A Media with a file in the property of the attribute form.
                yield return FhirIssue.Malformed(IssueCodes.Structure, data, "The file must be in " + data + ".");
            }

            yield break;
        }

        if (body.File != FileEncoding.Base64)
        {
            var reason = body.HasBlankInLine ? ": " + ParsedMessage.BlankInLine : "";
            yield return FhirIssue.Malformed(IssueCodes.Value, data, $"{data} must be base64{reason}.");
        }
        else if (body.LacksPadding)
        {
            yield return FhirIssue.Malformed(IssueCodes.Value, data, data + " must be padded: base64 comes in groups of four characters.");
        }
        else if (body.Content!.Length == 0)
        {
            yield return FhirIssue.Malformed(IssueCodes.Value, data, data + " must not be empty.");
        }
    }

    /// <summary>Differences between the file and what the resource says of it: a transmission error, or another type of file.</summary>
    public static IEnumerable<FhirIssue> Contradictions(ParsedMessage body, JsonElement media)
    {
        if (body.Content is not { } file)
        {
            yield break;
        }

        var content = FhirJson.Object(media, "content"u8);
        if (JsonText.Member(content, "size"u8) is { } size && size.GetInt64() != file.Length)
        {
            yield return FhirIssue.Refused("Media.content.size", "Media.content.size is not the number of bytes in Media.content.data.");
        }

        if (FhirJson.Text(content, "hash"u8) is { } hash && !hash.Equals(AttachmentHash.Of(file), StringComparison.Ordinal))
        {
            yield return FhirIssue.Refused("Media.content.hash", "Media.content.hash is not the SHA-1 of Media.content.data.");
        }

        if (FhirJson.Text(content, "contentType"u8) is { } type && ContentSignature.Contradicts(type, file.Slice(0).Span))
        {
            yield return FhirIssue.Refused(
                "Media.content.contentType", "Media.content.data is of another type than Media.content.contentType.");
        }
    }
}
