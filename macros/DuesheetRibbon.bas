Attribute VB_Name = "DuesheetRibbon"
Option Explicit

' Callbacks of customUI14.xml: one line each, the work is done in Python.
Private mRibbon As IRibbonUI

Public Sub OnRibbonLoad(ribbon As IRibbonUI)
    Set mRibbon = ribbon
End Sub

' After an unhandled error Excel forgets the ribbon: then it is left as it stands.
Public Sub RefreshRibbon()
    If Not mRibbon Is Nothing Then mRibbon.Invalidate
End Sub

Public Sub GetEnabled(control As IRibbonControl, ByRef returnedVal)
    returnedVal = False
    If NotHere() = "" Then returnedVal = IsCollections(ActiveWorkbook)
End Sub

Public Sub GetEnabledAnywhere(control As IRibbonControl, ByRef returnedVal)
    returnedVal = (NotHere() = "")
End Sub

Public Sub OnRefresh(control As IRibbonControl)
    RunCommand "import duesheet.buttons; duesheet.buttons.refresh()"
End Sub

Public Sub OnPreview(control As IRibbonControl)
    RunCommand "import duesheet.buttons; duesheet.buttons.preview()"
End Sub

Public Sub OnSend(control As IRibbonControl)
    RunCommand "import duesheet.buttons; duesheet.buttons.send()"
End Sub

Public Sub OnStop(control As IRibbonControl)
    RunCommand "import duesheet.buttons; duesheet.buttons.stop()"
End Sub

Public Sub OnStatement(control As IRibbonControl)
    RunCommand "import duesheet.buttons; duesheet.buttons.statement()"
End Sub

Public Sub OnCallList(control As IRibbonControl)
    RunCommand "import duesheet.buttons; duesheet.buttons.call_list()"
End Sub

Public Sub OnHold(control As IRibbonControl)
    RunCommand "import duesheet.buttons; duesheet.buttons.hold()"
End Sub

Public Sub OnRelease(control As IRibbonControl)
    RunCommand "import duesheet.buttons; duesheet.buttons.release()"
End Sub

Public Sub OnSchedule(control As IRibbonControl)
    RunCommand "import duesheet.buttons; duesheet.buttons.schedule()"
End Sub

Public Sub OnAgreement(control As IRibbonControl)
    RunCommand "import duesheet.buttons; duesheet.buttons.agreement()"
End Sub

Public Sub OnBringIn(control As IRibbonControl)
    RunCommand "import duesheet.buttons; duesheet.buttons.bring_in()"
End Sub

Public Sub OnRecordPayment(control As IRibbonControl)
    RunCommand "import duesheet.buttons; duesheet.buttons.record_payment()"
End Sub

Public Sub OnProblems(control As IRibbonControl)
    RunCommand "import duesheet.buttons; duesheet.buttons.problems()"
End Sub

Public Sub OnTieOut(control As IRibbonControl)
    RunCommand "import duesheet.buttons; duesheet.buttons.tie_out()"
End Sub

Public Sub OnInDoubt(control As IRibbonControl)
    RunCommand "import duesheet.buttons; duesheet.buttons.in_doubt()"
End Sub

Public Sub OnGuide(control As IRibbonControl)
    RunAnywhere "import duesheet.buttons; duesheet.buttons.guide()"
End Sub

Public Sub OnSettings(control As IRibbonControl)
    RunCommand "import duesheet.buttons; duesheet.buttons.settings()"
End Sub

Public Sub OnLetterToMe(control As IRibbonControl)
    RunCommand "import duesheet.buttons; duesheet.buttons.letter_to_me()"
End Sub

Public Sub OnAbout(control As IRibbonControl)
    RunAnywhere "import duesheet.buttons; duesheet.buttons.about()"
End Sub
