namespace Showcase.Games;

/// <summary>The rules of tic-tac-toe on a board of nine characters: <c>X</c>, <c>O</c>, or <c>.</c> for a free cell; X begins.</summary>
public static class TicTacToe
{
    /// <summary>A board without a move.</summary>
    public const string NewBoard = ".........";

    private static readonly int[][] Lines =
        [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]];

    /// <summary>Whose turn it is.</summary>
    public static char Turn(string board) => board.Count(cell => cell == 'X') > board.Count(cell => cell == 'O') ? 'O' : 'X';

    /// <summary>The three cells of a player who has won; empty when none has.</summary>
    public static IReadOnlyList<int> WinningLine(string board) =>
        Lines.FirstOrDefault(line => board[line[0]] != '.' && line.All(cell => board[cell] == board[line[0]])) ?? [];

    /// <summary>Whether no move is possible any more.</summary>
    public static bool IsOver(string board) => WinningLine(board).Count > 0 || !board.Contains('.');

    /// <summary>The board after the next player took a cell; the same board when that is not possible.</summary>
    public static string Play(string board, int cell) =>
        IsOver(board) || board[cell] != '.' ? board : string.Concat(board.AsSpan(0, cell), [Turn(board)], board.AsSpan(cell + 1));

    /// <summary>One sentence about the game.</summary>
    public static string Describe(string board) =>
        WinningLine(board) is [var cell, ..] ? $"{board[cell]} has won." : IsOver(board) ? "A draw." : $"{Turn(board)} to move.";
}
