using System.Text;
using DeviceConsole.Protocols.Snmp.Security;

namespace DeviceConsole.Tests.Protocols.Snmp.Security;

/// <summary>Keys and codes against the vectors of the standards.</summary>
public sealed class UsmKeyTests
{
    private static readonly byte[] EngineId = Convert.FromHexString("000000000000000000000002");
    private static readonly byte[] Password = "maplesyrup"u8.ToArray();

    // RFC 3414 A.3.1 and A.3.2.
    [Theory]
    [InlineData(AuthProtocol.Md5, "9faf3283884e92834ebc9847d8edd963", "526f5eed9fcce26f8964c2930787d82b")]
    [InlineData(AuthProtocol.Sha1, "9fb5cc0381497b3793528939ff788d5d79145211", "6695febc9288e36282235fc7151f128497b38f3f")]
    public void Passwords_become_the_keys_of_the_standard(AuthProtocol protocol, string key, string localised)
    {
        var ku = UsmHash.PasswordToKey(protocol, Password);

        Convert.ToHexStringLower(ku).Should().Be(key);
        Convert.ToHexStringLower(UsmHash.Localise(protocol, ku, EngineId)).Should().Be(localised);
    }

    // draft-reeder-snmpv3-usm-3desede §5.1 and §5.2.
    [Theory]
    [InlineData(AuthProtocol.Md5, "526f5eed9fcce26f8964c2930787d82b79eff44a90650ee0a3a40abfac5acc12")]
    [InlineData(AuthProtocol.Sha1, "6695febc9288e36282235fc7151f128497b38f3f9b8b6d78936ba6e7d19dfd9c")]
    public void A_chained_key_is_that_of_the_draft(AuthProtocol protocol, string extended)
    {
        var localised = UsmHash.Localise(protocol, UsmHash.PasswordToKey(protocol, Password), EngineId);

        Convert.ToHexStringLower(KeyExtension.Extend(protocol, PrivProtocol.TripleDes, localised, EngineId)).Should().Be(extended);
        Convert.ToHexStringLower(KeyExtension.Extend(protocol, PrivProtocol.Aes256Reeder, localised, EngineId)).Should().Be(extended);
    }

    // FIPS 180-4 examples of SHA-224, and RFC 4231 test cases 1, 2 and 6 of its HMAC.
    [Theory]
    [InlineData("abc", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "75388b16512776cc5dba5da1fd890150b0c6455cb4f58b1952522525")]
    [InlineData("", "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f")]
    public void Sha_224_is_that_of_the_standard(string text, string digest)
    {
        var actual = new byte[Sha224.Length];
        Sha224.HashData(Encoding.ASCII.GetBytes(text), actual);
        Convert.ToHexStringLower(actual).Should().Be(digest);
    }

    [Fact]
    public void Sha_224_over_a_million_letters_in_uneven_pieces_is_that_of_the_standard()
    {
        var hash = new Sha224();
        var left = 1_000_000;
        for (var piece = 1; left > 0; piece = (piece * 7 % 1_000) + 1)
        {
            var length = Math.Min(piece, left);
            hash.Append(Enumerable.Repeat((byte)'a', length).ToArray());
            left -= length;
        }

        var actual = new byte[Sha224.Length];
        hash.Finish(actual);
        Convert.ToHexStringLower(actual).Should().Be("20794655980c91d8bbb4c1ea97618a4bf03f42581948b2ee4ee7ad67");
    }

    [Theory]
    [InlineData("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265", "896fb1128abbdf196832107cd49df33f47b4b1169912ba4f53684b22")]
    [InlineData("4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f", "a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44")]
    public void Hmac_with_sha_224_is_that_of_the_standard(string key, string data, string mac)
    {
        var actual = new byte[Sha224.Length];
        Sha224.Hmac(Convert.FromHexString(key), Convert.FromHexString(data), actual);
        Convert.ToHexStringLower(actual).Should().Be(mac);
    }

    [Fact]
    public void A_key_longer_than_a_block_is_hashed_first()
    {
        var actual = new byte[Sha224.Length];
        Sha224.Hmac(Enumerable.Repeat((byte)0xaa, 131).ToArray(), "Test Using Larger Than Block-Size Key - Hash Key First"u8, actual);
        Convert.ToHexStringLower(actual).Should().Be("95e9a0db962095adaebe9b2d6f0dbce2d499f112f2d2b7273fa6870e");
    }

    [Theory]
    [InlineData(PrivProtocol.Des)]
    [InlineData(PrivProtocol.TripleDes)]
    [InlineData(PrivProtocol.Aes128)]
    [InlineData(PrivProtocol.Aes192)]
    [InlineData(PrivProtocol.Aes256)]
    public void What_is_encrypted_twice_differs_and_decrypts_to_the_same(PrivProtocol protocol)
    {
        var key = Enumerable.Range(1, KeyExtension.Length(protocol)).Select(i => (byte)(i * 37)).ToArray();
        var plain = Enumerable.Range(0, 61).Select(i => (byte)i).ToArray();
        var salts = (byte[][])[new byte[8], new byte[8]];

        var encrypted = salts.Select(s => UsmCipher.Encrypt(protocol, key, 3, 1_000, plain, s)).ToList();

        encrypted[0].Should().NotEqual(encrypted[1]);
        for (var i = 0; i < 2; i++) UsmCipher.Decrypt(protocol, key, 3, 1_000, encrypted[i], salts[i]).Take(plain.Length).Should().Equal(plain);
    }
}
