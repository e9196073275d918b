using System.Text;

namespace FlexAttention.Masking;

/// <summary>Pictures of blocks as text.</summary>
internal static class BlockText
{
    public static string Write(BlockPicture picture)
    {
        var text = new StringBuilder((picture.Columns * 2 + 1) * picture.Rows);
        for (int row = 0; row < picture.Rows; row++)
        {
            if (row > 0)
                text.Append('\n');
            // Two characters a block: that is about a square.
            for (int column = 0; column < picture.Columns; column++)
                text.Append(Glyph(picture.Cells[row, column]), 2);
        }

        return text.ToString();
    }

    private static char Glyph(BlockKind kind) => kind switch
    {
        BlockKind.Full => '█',
        BlockKind.Partial => '▒',
        _ => '·',
    };
}
