Attribute VB_Name = "DuesheetCommands"
Option Explicit

' The name goes through a command line, where these signs mean something.
Private Const ODD As String = "$ ` \ % = | ; ^ !"

' Every button ends up here: first a word when it cannot be pressed now, then the command for Python.
Public Sub RunCommand(ByVal command As String)
    Dim why As String
    why = NotHere()
    If why = "" And Not IsCollections(ActiveWorkbook) Then
        why = "This workbook is not a Duesheet workbook: it lacks one of the sheets Customers, Invoices, Payments and Settings. Open your collections workbook, and press the button again."
    End If
    RunOrTell command, why
End Sub

' Guide and About: in any workbook.
Public Sub RunAnywhere(ByVal command As String)
    RunOrTell command, NotHere()
End Sub

Public Function NotHere() As String
    If IsProtectedView() Then
        NotHere = "This workbook is open in Protected View. Press Enable Editing in the yellow bar, and press the button again."
    ElseIf ActiveWorkbook Is Nothing Then
        NotHere = "No workbook is open. Open your collections workbook, and press the button again."
    ElseIf HasOddName(ActiveWorkbook.Name) Then
        NotHere = "The name of this workbook holds one of the signs " & ODD & " and cannot be handed on safely. Save it under another name, and press the button again."
    End If
End Function

Public Function IsCollections(ByVal book As Workbook) As Boolean
    Dim wanted As Variant
    For Each wanted In Array("Customers", "Invoices", "Payments", "Settings")
        If Not HasSheet(book, CStr(wanted)) Then Exit Function
    Next wanted
    IsCollections = True
End Function

Private Sub RunOrTell(ByVal command As String, ByVal why As String)
    If why = "" Then why = NotInstalled()
    If why <> "" Then
        MsgBox why, vbInformation, "Duesheet"
        Exit Sub
    End If
    On Error GoTo Failed
    RunPython command
    RefreshRibbon
    Exit Sub
Failed:
    Application.StatusBar = False
    MsgBox "Duesheet could not be started: " & Err.Description & vbCrLf & "Run in a terminal: duesheet doctor", vbExclamation, "Duesheet"
End Sub

Private Function HasOddName(ByVal name As String) As Boolean
    Dim sign As Variant
    For Each sign In Split(ODD & " " & Chr(34), " ")
        If InStr(name, CStr(sign)) > 0 Then HasOddName = True
    Next sign
End Function

Private Function NotInstalled() As String
    Dim place As String
    #If Mac Then
        place = "INTERPRETER_MAC"
    #Else
        place = "INTERPRETER_WIN"
    #End If
    If CStr(GetConfig(place, "")) = "" Then
        NotInstalled = "Duesheet is not set up for you on this computer. Run in a terminal: duesheet addin install"
    End If
End Function

Private Function HasSheet(ByVal book As Workbook, ByVal name As String) As Boolean
    Dim sheet As Object
    For Each sheet In book.Sheets
        If StrComp(sheet.Name, name, vbTextCompare) = 0 Then
            HasSheet = True
            Exit Function
        End If
    Next sheet
End Function

Private Function IsProtectedView() As Boolean
    #If Mac Then
        IsProtectedView = False
    #Else
        On Error Resume Next
        IsProtectedView = Not (Application.ActiveProtectedViewWindow Is Nothing)
    #End If
End Function
