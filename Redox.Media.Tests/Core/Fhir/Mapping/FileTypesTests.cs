using NUnit.Framework;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Fhir.Validation;

namespace Redox.Media.Tests.Core.Fhir.Mapping;

/// <summary>Other names of a media type that clients send mean the type itself.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class FileTypesTests
{
    [TestCase("image/jpg", "JPG", "image/jpeg")]
    [TestCase("image/pjpeg", "JPG", "image/jpeg")]
    [TestCase("IMAGE/JPG; q=1", "JPG", "image/jpeg")]
    [TestCase("image/x-png", "PNG", "image/png")]
    [TestCase("audio/x-wav", "WAV", "audio/wav")]
    [TestCase("audio/wave", "WAV", "audio/wav")]
    [TestCase("audio/mp3", "MP3", "audio/mpeg")]
    [TestCase("application/x-pdf", "PDF", "application/pdf")]
    [TestCase("text/xml", "XML", "application/octet-stream")]
    [TestCase("text/rtf", "RTF", "application/octet-stream")]
    [TestCase("image/jpeg", "JPG", "image/jpeg")]
    [TestCase("image/unheard-of", "image/unheard-of", "application/octet-stream")]
    public void Another_name_of_a_type_is_that_type(string contentType, string fileType, string served) => Assert.That(
        (FileTypes.FileType(contentType), FileTypes.Served(contentType)), Is.EqualTo((fileType, served)));

    [TestCase("image/jpg", "image/jpeg")]
    [TestCase("text/xml", "application/xml")]
    [TestCase("audio/x-wav", "audio/wav")]
    [TestCase(".jpg", "image/jpeg")]
    [TestCase("image/unheard-of", "image/unheard-of")]
    public void A_FileType_may_be_another_name_of_a_type(string fileType, string contentType) =>
        Assert.That(FileTypes.ContentType(fileType), Is.EqualTo(contentType));

    [TestCase("image/jpg", false)]
    [TestCase("image/jpeg", false)]
    [TestCase("image/png", true)]
    [TestCase("image/x-png", true)]
    public void A_file_is_held_against_the_type_that_a_name_means(string contentType, bool contradicts) =>
        Assert.That(ContentSignature.Contradicts(contentType, [0xFF, 0xD8, 0xFF, 0xE0]), Is.EqualTo(contradicts));
}
